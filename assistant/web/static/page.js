// The chat takes the place of the form that works without it. A question in the address
// (/?frage=…) is put to the chat once; then it leaves the address, so that neither a reload nor a
// bookmark asks again.

await customElements.whenDefined("kgc-chat");
const chat = document.querySelector("kgc-chat");
chat.replaceChildren();

const question = new URLSearchParams(location.search).get("frage")?.trim();

if (question) {
  await chat.updateComplete; // an earlier conversation of this tab is back
  history.replaceState(history.state, "", location.pathname);
  chat.ask(question);
}
