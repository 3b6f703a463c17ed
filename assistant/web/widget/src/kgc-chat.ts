// <kgc-chat endpoint="https://HOST" mode="launcher|inline" lang="de|en|de-simple">: the element.

import { html, LitElement, unsafeCSS, type PropertyValues, type TemplateResult } from "lit";

import type { Site } from "./contract.ts";
import { Conversation, type Exchange } from "./conversation.ts";
import { plainText, print } from "./export.ts";
import { heir } from "./focus.ts";
import { NO_MEMORY, tabMemory } from "./memory.ts";
import { Opinions } from "./opinions.ts";
import { Quotes } from "./quotes.ts";
import type { Actions, Opinion, Scene } from "./scene.ts";
import { follow, type Follower } from "./scroll.ts";
import { address, siteOf } from "./server.ts";
import { outcome, stageText } from "./status.ts";
import css from "./styles.css";
import { launcher } from "./view/launcher.ts";
import { panel } from "./view/panel.ts";
import { languageOf, TAGS, WORDS, type Language, type Words } from "./words.ts";

const NARROW = "(max-width: 30rem)";

/** A status, in the language that is chosen when it is shown. */
type Told = (words: Words) => string;

export class KgcChat extends LitElement {
  static override styles = unsafeCSS(css);
  static override properties = {
    endpoint: {},
    mode: {},
    history: {},
    opened: { type: Boolean, reflect: true, attribute: "open" },
    lang: { reflect: true },
  };

  declare endpoint: string;
  declare mode: "launcher" | "inline";
  declare history: "memory" | "session";
  declare opened: boolean;

  #site: Site | null = null;
  #asked = false; // whether the site has been asked for
  #language: Language | null = null; // what the reader has chosen
  #typed = "";
  #status: Told = () => "";
  #filters: Readonly<Record<string, string>> = {};
  #opinions = new Opinions(this);
  #quotes = new Quotes(this);
  #held: HTMLElement | null = null; // what has the focus while the display changes
  #follower: Follower | null = null;
  #conversation: Conversation;

  constructor() {
    super();
    this.endpoint = "";
    this.mode = "launcher";
    this.history = "memory";
    this.opened = false;
    this.#conversation = this.#begun();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("online", this.#connected);
    addEventListener("offline", this.#connected);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("online", this.#connected);
    removeEventListener("offline", this.#connected);
    this.#conversation.stop();
    this.#follower?.stop();
  }

  /** Opens the window of a launcher. */
  show(): void {
    if (this.mode === "inline" || this.opened) return;
    this.opened = true;
    this.#tell("kgc-open", {});
  }

  /** Closes the window of a launcher; the focus returns to its button. */
  hide(): void {
    if (this.mode === "inline" || !this.opened) return;
    this.#quotes.close();
    this.opened = false;
    this.#tell("kgc-close", {});
  }

  /** Asks a question as if it had been typed. */
  ask(question: string): void {
    this.show();
    void this.updateComplete.then(() => this.#send(question));
  }

  protected override willUpdate(changed: PropertyValues): void {
    this.#held = this.shadowRoot?.activeElement as HTMLElement | null;
    const visible = this.mode === "inline" || this.opened;
    if (changed.has("history") || changed.has("endpoint")) {
      this.#conversation.stop();
      this.#conversation = this.#begun();
    }
    if (changed.has("endpoint")) this.#asked = false;
    if (!visible || this.#asked) return;
    this.#asked = true;
    this.#conversation.recall();
    // Without it there are no examples, filters and links; asking works all the same.
    siteOf(this.endpoint).then((site) => this.#know(site), () => undefined);
  }

  protected override updated(changed: PropertyValues): void {
    const dialog = this.renderRoot.querySelector("dialog");
    if (dialog !== null && changed.has("opened")) this.#swing(dialog);
    if (this.#held?.isConnected === false) heir(this.#held, this.renderRoot)?.focus();
  }

  /** Brings the window into line with `opened`. */
  #swing(dialog: HTMLDialogElement): void {
    if (!this.opened) return dialog.close();
    if (dialog.open) return;
    // A window that fills the screen keeps the focus inside; beside the page it does not.
    if (matchMedia(NARROW).matches) dialog.showModal();
    else dialog.show();
    this.#find("#typed")?.focus();
  }

  protected override render(): TemplateResult {
    const scene = this.#scene();
    const tag = TAGS[scene.language];
    if (this.mode === "inline") {
      return html`<section class="root inline" part="panel" lang=${tag} aria-labelledby="title">${panel(scene)}</section>`;
    }
    return html`<div class="root" lang=${tag}>${launcher(scene, this.opened, () => (this.opened ? this.hide() : this.show()), () => this.hide())}</div>`;
  }

  get #words(): Words {
    return WORDS[this.#speech];
  }

  get #speech(): Language {
    return this.#language ?? languageOf(this.lang || this.parentElement?.closest("[lang]")?.getAttribute("lang"));
  }

  get #base(): string {
    return address(this.endpoint, "/");
  }

  #scene(): Scene {
    return {
      words: this.#words,
      language: this.#speech,
      base: this.#base,
      inline: this.mode === "inline",
      site: this.#site,
      exchanges: this.#conversation.exchanges,
      running: this.#conversation.running,
      typed: this.#typed,
      status: this.#status(this.#words),
      offline: !navigator.onLine,
      filters: this.#filters,
      shown: this.#quotes.shown,
      opinions: this.#opinions.all,
      act: this.#actions,
    };
  }

  readonly #actions: Actions = {
    close: () => this.hide(),
    clear: () => this.#clear(),
    print: () => this.#print(),
    speak: (language) => this.#set(() => (this.#language = language)),
    send: (question) => this.#send(question),
    stop: () => this.#conversation.stop(),
    retry: (exchange) => this.#retry(exchange),
    typed: (text) => this.#set(() => (this.#typed = text)),
    quote: (exchange, id, from) => void this.#quotes.open(exchange, id, from),
    closeQuote: () => this.#quotes.closed(),
    copy: (exchange) => void this.#copy(exchange),
    opine: (exchange, opinion) => void this.#opine(exchange, opinion),
    narrow: (facet, value) => this.#narrow(facet, value),
  };

  #begun(): Conversation {
    return new Conversation(
      {
        changed: () => this.#changed(),
        stage: (name) => this.#say((words) => stageText(name, words)),
        slow: () => this.#say(({ slow }) => slow),
        ended: (exchange) => this.#ended(exchange),
      },
      this.history === "session" ? tabMemory(this.endpoint) : NO_MEMORY,
    );
  }

  /** The filters make the input higher: what is read must stay above it. */
  #know(site: Site): void {
    this.#site = site;
    this.#changed();
  }

  #set(change: () => unknown): void {
    change();
    this.requestUpdate();
  }

  #say(told: Told): void {
    this.#set(() => (this.#status = told));
  }

  #tell(name: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  #find(selector: string): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(selector);
  }

  readonly #connected = (): void => this.#say(navigator.onLine ? ({ online }) => online : ({ offline }) => offline);

  #send(question: string): void {
    if (this.#conversation.running) return this.#say(({ wait }) => wait);
    if (this.#typed.trim() === question) this.#typed = "";
    const foot = this.#find("#composer");
    this.#follower?.stop();
    this.#follower = foot && follow(this.mode === "inline" ? null : this.#find(".body"), foot);
    this.#say(({ searching }) => searching);
    const limits = { filters: this.#filters, simple: this.#speech === "leicht" };
    void this.#conversation.send(this.endpoint, question, limits);
  }

  #changed(): void {
    this.requestUpdate();
    void this.updateComplete.then(() => {
      const questions = this.renderRoot.querySelectorAll(".question");
      const question = questions[questions.length - 1];
      const answer = question?.nextElementSibling;
      if (question && answer) this.#follower?.move(question, answer);
    });
  }

  #ended(exchange: Exchange): void {
    if (exchange.state === "failed" && this.#typed === "") this.#typed = exchange.question;
    this.#say((words) => outcome(exchange, words));
    if (exchange.answer) {
      const { kind, mode, citations, conversation_id } = exchange.answer;
      this.#tell("kgc-answer", { kind, mode, citations: citations.length, conversation_id });
    } else if (exchange.problem) this.#tell("kgc-error", { fault: exchange.problem.fault });
    this.#changed();
  }

  #retry(exchange: Exchange): void {
    this.#conversation.drop(exchange.key);
    this.#find("#typed")?.focus();
    this.#send(exchange.question);
  }

  #clear(): void {
    this.#quotes.close();
    this.#conversation.clear(this.endpoint);
    this.#opinions.forget();
    this.#typed = "";
    this.#say(({ cleared }) => cleared);
    this.#find("#typed")?.focus();
  }

  #print(): void {
    if (!print(this.#conversation.answers, this.#words, this.#base)) this.#say(({ printBlocked }) => printBlocked);
  }

  async #copy({ answer }: Exchange): Promise<void> {
    if (answer === null) return;
    const done = navigator.clipboard?.writeText(plainText(answer, this.#words, this.#base)) ?? Promise.reject();
    await done.then(() => this.#say(({ copied }) => copied), () => this.#say(({ copyFailed }) => copyFailed));
  }

  async #opine(exchange: Exchange, opinion: Opinion): Promise<void> {
    const arrived = await this.#opinions.give(exchange, opinion);
    if (arrived === null) return;
    this.#say(({ thanks, voteFailed }) => (arrived ? thanks : voteFailed));
    const { vote, reason } = opinion;
    if (arrived) this.#tell("kgc-feedback", reason === "" ? { vote } : { vote, reason });
  }

  #narrow(facet: string, value: string): void {
    const { [facet]: _, ...rest } = this.#filters;
    this.#set(() => (this.#filters = value === "" ? rest : { ...rest, [facet]: value }));
  }
}

if (!customElements.get("kgc-chat")) customElements.define("kgc-chat", KgcChat);
