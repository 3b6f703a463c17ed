// The chat takes the place of the form that works without it. A question in the address
// (/?frage=…) is put to the chat once; then it leaves the address, so that neither a reload nor a
// bookmark asks again. What was typed into the form before the chat came is kept.

const chat = document.querySelector("kgc-chat");

// Modules run in order: the element's file has run before, or it will not come.
if (!customElements.get("kgc-chat")) chat.classList.add("given-up");

await customElements.whenDefined("kgc-chat");
const form = chat.querySelector("textarea");
const typed = form.value !== form.defaultValue ? form.value.trim() : "";
chat.replaceChildren();

const question = new URLSearchParams(location.search).get("frage")?.trim();
await chat.updateComplete; // an earlier conversation of this tab is back
if (question) history.replaceState(history.state, "", location.pathname);

if (typed) {
  const field = chat.shadowRoot.querySelector("textarea");
  field.value = typed;
  field.dispatchEvent(new Event("input"));
  field.focus();
} else if (question) {
  chat.ask(question);
}
