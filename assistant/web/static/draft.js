// An answer while it arrives, put together from the contract's token, sentence, citation and
// replace events. `done` overrules all of it.

export class Draft {
  citations = [];
  #settled = ""; // sentences that are complete, with their markers
  #open = ""; // tokens since the last complete sentence
  #afterItem = false; // the last complete sentence is a list item

  get markdown() {
    return this.#settled + this.#open;
  }

  /** Takes one event in; returns true when the draft looks different afterwards. */
  take(name, data) {
    if (name === "token") this.#add(data?.text ?? "");
    else if (name === "sentence") this.#settle(data);
    else if (name === "replace") this.#replace(data?.answer ?? "");
    else if (name === "citation") this.citations.push(data);
    else return false;
    return name !== "citation";
  }

  #add(text) {
    const apart = this.#open === "" && /\S$/.test(this.#settled) && /^[^\s[]/.test(text);
    this.#open += apart ? ` ${text}` : text;
  }

  /** A sentence takes the place of its tokens; its text is the source's, not Markdown. */
  #settle({ text = "", citations = [], item = false, lead = "" }) {
    const marks = citations.map((id) => `[${id}]`).join("");
    const gap = this.#settled === "" ? "" : this.#gap(item, lead);
    this.#settled += `${gap}${item ? "- " : ""}${lead}${escaped(text)} ${marks}`.trimEnd();
    this.#open = "";
    this.#afterItem = item;
  }

  #gap(item, lead) {
    if (this.#afterItem && item) return "\n";
    return this.#afterItem || item || lead ? "\n\n" : " ";
  }

  #replace(answer) {
    this.#settled = answer;
    this.#open = "";
  }
}

function escaped(text) {
  return text.trim().replace(/[!-/:-@[-`{-~]/g, "\\$&").replace(/\s+/g, " ");
}
