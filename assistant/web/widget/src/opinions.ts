// What the reader says of the answers, and its way to the server.

import type { LitElement } from "lit";

import type { Exchange } from "./conversation.ts";
import type { Opinion } from "./scene.ts";
import { vote } from "./server.ts";

export class Opinions {
  all: ReadonlyMap<number, Opinion> = new Map();

  constructor(private readonly host: LitElement & { readonly endpoint: string }) {}

  /** Keeps an opinion; one that is to be sent is sent: true when it arrived, else false or null. */
  async give(exchange: Exchange, opinion: Opinion): Promise<boolean | null> {
    if (this.all.get(exchange.key)?.state === "sending") return null;
    this.#keep(exchange, opinion);
    if (opinion.state !== "sending") return null;
    const conversation = exchange.answer?.conversation_id ?? "";
    const sent = vote(this.host.endpoint, { ...opinion, question: exchange.question, conversation });
    const arrived = await sent.then(() => true, () => false);
    if (this.all.has(exchange.key)) this.#keep(exchange, { ...opinion, state: arrived ? "sent" : "open" });
    return arrived;
  }

  forget(): void {
    this.all = new Map();
  }

  #keep({ key }: Exchange, opinion: Opinion): void {
    this.all = new Map(this.all).set(key, opinion);
    this.host.requestUpdate();
  }
}
