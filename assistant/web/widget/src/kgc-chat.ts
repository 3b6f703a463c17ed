// <kgc-chat endpoint="https://HOST" mode="launcher|inline" lang="de|en|de-simple">: the element.

import { html, unsafeCSS, type PropertyValues, type TemplateResult } from "lit";

import { Announcer } from "./announcer.ts";
import { Attributes } from "./attributes.ts";
import { Conversation, type Exchange } from "./conversation.ts";
import { Dialog } from "./dialog.ts";
import { plainText, print } from "./export.ts";
import { heir } from "./focus.ts";
import { Knowledge } from "./knowledge.ts";
import { NO_MEMORY, tabMemory } from "./memory.ts";
import { Opinions } from "./opinions.ts";
import { Quotes } from "./quotes.ts";
import type { Actions, Opinion, Scene } from "./scene.ts";
import { Sight } from "./scroll.ts";
import { address } from "./server.ts";
import { outcome, stageText } from "./status.ts";
import css from "./styles.css";
import { lengthOf, longest } from "./view/composer.ts";
import { relabel } from "./view/exchange.ts";
import { launcher } from "./view/launcher.ts";
import { panel } from "./view/panel.ts";
import { filled, languageNamed, languageOf, TAGS, WORDS, type Language, type Words } from "./words.ts";

export class KgcChat extends Attributes {
  static override styles = unsafeCSS(css);

  #language: Language | null = null; // what the reader has chosen
  #typed = "";
  #status = new Announcer(this);
  #summoned = false; // by a person, not by the page
  #filters: Readonly<Record<string, string>> = {};
  #opinions = new Opinions(this);
  #quotes = new Quotes(this);
  #dialog = new Dialog(this, () => this.#quotes.close());
  #sight = new Sight();
  #held: HTMLElement | null = null; // what has the focus while the display changes
  #memory = NO_MEMORY;
  #known = new Knowledge("", () => undefined);
  #conversation = this.#begun();

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("online", this.#connected);
    addEventListener("offline", this.#connected);
    this.#dialog.connected();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("online", this.#connected);
    removeEventListener("offline", this.#connected);
    this.#dialog.disconnected();
    this.#conversation.stop();
    this.#quotes.close();
    this.#sight.stop();
  }

  /** Opens the window of a launcher. */
  show(): void {
    if (this.mode === "inline" || this.opened) return;
    this.#summoned = true;
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
    if (changed.has("history") || changed.has("endpoint")) this.#reset();
    if (changed.has("opened") || changed.has("mode") || !this.hasUpdated) this.#learn();
    this.#status.turn(this.#speech, this.#conversation.running);
  }

  protected override updated(changed: PropertyValues): void {
    // Before the first question the field covers nothing.
    if (this.#conversation.exchanges.length > 0) this.#sight.watch(this.#find("#composer"));
    if (changed.has("opened") || changed.has("mode")) {
      this.#dialog.swing(this.#summoned);
      if (this.#summoned && this.opened) this.#find("#typed")?.focus();
      this.#summoned = false;
    }
    if (this.#status.hushed) relabel(this.renderRoot, this.#scene());
    if (this.#held?.isConnected === false) heir(this.#held, this.renderRoot)?.focus();
  }

  /** Another server or another memory: nothing of the old one stays. */
  #reset(): void {
    this.#conversation.leave();
    this.#quotes.close();
    this.#opinions.forget();
    this.#memory = this.history === "session" ? tabMemory(this.endpoint, this.id) : NO_MEMORY;
    this.#language = languageNamed(this.#memory.speech());
    this.#conversation = this.#begun();
    this.#known = new Knowledge(this.endpoint, () => this.#changed());
    this.#filters = {};
    this.#status.show();
    this.#learn();
  }

  /** What is there before the first question. */
  #learn(): void {
    if (this.mode !== "inline" && !this.opened) return;
    this.#conversation.recall();
    this.#known.learn();
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
      level: this.level,
      hushed: this.#status.hushed,
      site: this.#known.site,
      exchanges: this.#conversation.exchanges,
      running: this.#conversation.running,
      typed: this.#typed,
      status: this.#status.text,
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
    speak: (language) => this.#speak(language),
    send: (question) => this.#send(question),
    stop: () => this.#conversation.stop(),
    retry: (exchange) => this.#retry(exchange),
    typed: (text) => this.#set(() => (this.#typed = text)),
    quote: (exchange, id, from) => void this.#quotes.open(exchange, id, from),
    closeQuote: () => this.#quotes.closed(),
    leaveQuote: () => this.#quotes.leave(),
    copy: (exchange) => void this.#copy(exchange),
    opine: (exchange, opinion) => void this.#opine(exchange, opinion),
    narrow: (facet, value) => this.#narrow(facet, value),
    widen: (exchange) => this.#widen(exchange),
    fit: this.#dialog.fit,
  };

  #begun(): Conversation {
    return new Conversation(
      {
        changed: () => this.#changed(),
        stage: (name) => this.#status.show((words) => stageText(name, words)),
        slow: () => this.#status.say(({ slow }) => slow),
        ended: (exchange) => this.#ended(exchange),
      },
      this.#memory,
    );
  }

  #set(change: () => unknown): void {
    change();
    this.requestUpdate();
  }

  #tell(name: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  #find(selector: string): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(selector);
  }

  readonly #connected = (): void => {
    this.#status.say(navigator.onLine ? ({ online }) => online : ({ offline }) => offline);
    if (navigator.onLine) this.#learn();
  };

  #speak(language: Language): void {
    this.#memory.speak(language);
    this.#set(() => (this.#language = language));
  }

  #send(question: string): void {
    const [n, most] = [lengthOf(question), longest(this.#known.site)];
    if (n === 0) return;
    if (this.#conversation.running) return this.#status.say(({ wait }) => wait);
    if (n > most) {
      this.#typed = question;
      return this.#status.say(({ tooLongNow }) => filled(tooLongNow, { n, most }));
    }
    if (this.#typed.trim() === question) this.#typed = "";
    this.#learn();
    this.#status.hushed = false;
    this.#sight.watch(this.#find("#composer"));
    this.#sight.follow(this.mode === "inline" ? null : this.#find(".body"));
    this.#status.say(({ searching }) => searching);
    const limits = { filters: this.#filters, simple: this.#speech === "leicht" };
    void this.#conversation.send(this.endpoint, question, limits);
  }

  #changed(): void {
    this.requestUpdate();
    void this.updateComplete.then(() => this.#sight.move(this.renderRoot));
  }

  #ended(exchange: Exchange): void {
    this.#status.hushed = false;
    if (exchange.state === "failed" && this.#typed === "") this.#typed = exchange.question;
    this.#status.say((words) => outcome(exchange, words));
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
    this.#status.say(({ cleared }) => cleared);
    this.#find("#typed")?.focus();
  }

  #print(): void {
    if (!print(this.#conversation.exchanges, this.#words, this.#base)) this.#status.say(({ printBlocked }) => printBlocked);
  }

  async #copy(exchange: Exchange): Promise<void> {
    const done = navigator.clipboard?.writeText(plainText(exchange, this.#words, this.#base)) ?? Promise.reject();
    await done.then(() => this.#status.say(({ copied }) => copied), () => this.#status.say(({ copyFailed }) => copyFailed));
  }

  async #opine(exchange: Exchange, opinion: Opinion): Promise<void> {
    const arrived = await this.#opinions.give(exchange, opinion);
    if (arrived === null) return;
    await this.updateComplete;
    // Thanks that have taken the focus are read already.
    const read = arrived && this.shadowRoot?.activeElement?.matches(".thanks");
    if (read) this.#status.show();
    else this.#status.say(({ thanks, voteFailed }) => (arrived ? thanks : voteFailed));
    const { vote, reason } = opinion;
    if (arrived) this.#tell("kgc-feedback", reason === "" ? { vote } : { vote, reason });
  }

  #narrow(facet: string, value: string): void {
    const { [facet]: _, ...rest } = this.#filters;
    this.#set(() => (this.#filters = value === "" ? rest : { ...rest, [facet]: value }));
  }

  #widen({ question }: Exchange): void {
    if (!this.#conversation.running) this.#filters = {};
    this.#send(question);
  }
}

if (!customElements.get("kgc-chat")) customElements.define("kgc-chat", KgcChat);
