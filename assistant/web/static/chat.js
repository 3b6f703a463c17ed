// The chat page: what the reader types, clicks and sees. The conversation lives in memory only.

import { draftNodes, errorNode, questionNode, replyNode, stoppedNode } from "./render.js";
import { followScroll, openSource, closeSource, copyAnswer } from "./reader.js";
import { ask, ChatError } from "./stream.js";
import { Draft } from "./draft.js";

const HISTORY = 20; // messages POST /v1/chat accepts
const NEAR_LIMIT = 0.8;
const STAGES = [
  [/search|retriev|such|rank/i, "Die Dokumente werden durchsucht …"],
  [/check|verif|support|prüf/i, "Die Belege werden geprüft …"],
  [/answer|generat|compos|writ|antwort/i, "Die Antwort wird geschrieben …"],
];

const page = Object.fromEntries(
  ["formular", "frage", "senden", "stopp", "status", "verlauf", "entwurf", "zaehler", "offline", "neu", "inhalt"].map(
    (id) => [id, document.getElementById(id)],
  ),
);
const LIMIT = page.frage.maxLength;
const chat = { id: null, history: [], running: null, count: 0 };

function say(text) {
  if (page.status.textContent !== text) page.status.textContent = text;
}

// ---- input -------------------------------------------------------------------------------

function measured() {
  const length = [...page.frage.value.trim()].length; // code points, as the server counts
  const over = length > LIMIT;
  page.zaehler.hidden = length < LIMIT * NEAR_LIMIT;
  page.zaehler.textContent = over
    ? `${length} von ${LIMIT} Zeichen – bitte kürzen`
    : `${length} von ${LIMIT} Zeichen`;
  page.zaehler.classList.toggle("over", over);
  page.frage.setAttribute("aria-invalid", String(over));
  page.senden.disabled = over || length === 0;
  return length > 0 && !over;
}

function fill(text) {
  page.frage.value = text;
  measured();
}

function setRunning(controller) {
  const running = controller !== null;
  const had = document.activeElement === page.senden || document.activeElement === page.stopp;
  chat.running = controller;
  page.senden.hidden = running;
  page.stopp.hidden = !running;
  page.verlauf.setAttribute("aria-busy", String(running));
  page.inhalt.classList.toggle("running", running);
  if (had) (running ? page.stopp : page.frage).focus();
}

// ---- one exchange ------------------------------------------------------------------------

function requestFor(question) {
  if (chat.id !== null) return { question, conversation_id: chat.id };
  return chat.history.length === 0 ? { question } : { question, history: chat.history.slice(-HISTORY) };
}

function remember(question, done) {
  chat.id = typeof done.conversation_id === "string" && done.conversation_id !== "" ? done.conversation_id : null;
  chat.history.push({ role: "user", content: question }, { role: "assistant", content: done.answer ?? "" });
  chat.history.splice(0, Math.max(0, chat.history.length - HISTORY));
}

async function send(question) {
  if (chat.running !== null) return;
  const controller = new AbortController();
  const asked = questionNode(question);
  const draft = new Draft();
  page.inhalt.classList.add("started");
  page.verlauf.append(asked);
  setRunning(controller);
  const follow = followScroll(asked, page.formular.parentElement);
  showDraft(draft, follow);
  say("Die Dokumente werden durchsucht …");
  try {
    const done = await receive(question, controller.signal, draft, follow);
    if (chat.running !== controller) return; // a new conversation has begun meanwhile
    remember(question, done);
    follow.move(append(replyNode(done, ++chat.count)));
    say(finished(done));
  } catch (error) {
    if (chat.running === controller) follow.move(failed(error, question, draft, controller));
  } finally {
    if (chat.running === controller) {
      page.entwurf.hidden = true;
      page.entwurf.replaceChildren();
      setRunning(null);
    }
    follow.stop();
  }
}

async function receive(question, signal, draft, follow) {
  for await (const [name, data] of ask(requestFor(question), signal)) {
    if (name === "done") return data;
    if (name === "status") say(stage(data?.stage));
    else if (draft.take(name, data)) showDraft(draft, follow);
  }
  throw new ChatError("Die Antwort blieb unvollständig.");
}

function failed(error, question, draft, controller) {
  if (controller.signal.aborted) {
    say("Antwort angehalten.");
    return append(stoppedNode(draft.markdown || "Es war noch kein Satz fertig.", draft.citations, ++chat.count));
  }
  const shown = error instanceof ChatError ? error : new ChatError("Auf dieser Seite ist ein Fehler aufgetreten.");
  const node = errorNode(shown);
  node.dataset.question = question;
  append(node);
  say("Die Frage konnte nicht beantwortet werden.");
  if (page.frage.value === "") fill(question);
  if (shown !== error) console.error(error); // our own fault
  return node;
}

function append(node) {
  page.entwurf.hidden = true;
  page.entwurf.replaceChildren();
  page.verlauf.append(node);
  return node;
}

function showDraft(draft, follow) {
  page.entwurf.hidden = false;
  if (draft.markdown === "") {
    const dots = document.createElement("p");
    dots.className = "dots";
    dots.append(...[1, 2, 3].map(() => document.createElement("span")));
    page.entwurf.replaceChildren(dots);
  } else {
    page.entwurf.replaceChildren(...draftNodes(draft.markdown, draft.citations));
  }
  follow.move(page.entwurf);
}

function stage(name) {
  const known = STAGES.find(([pattern]) => pattern.test(String(name ?? "")));
  return known ? known[1] : "Die Antwort wird vorbereitet …";
}

function finished(done) {
  if (done.kind === "refusal") return "Keine Antwort gefunden.";
  const count = done.kind === "answer" ? done.citations?.length ?? 0 : 0;
  if (count === 0) return "Antwort vollständig.";
  return `Antwort vollständig, ${count === 1 ? "eine Quelle" : `${count} Quellen`}.`;
}

// ---- events ------------------------------------------------------------------------------

function submit(question) {
  if (chat.running !== null) {
    say("Bitte warten Sie, bis die Antwort fertig ist, oder halten Sie sie an.");
    return;
  }
  if (page.frage.value.trim() === question) fill("");
  send(question);
}

function restart() {
  const running = chat.running;
  if (running !== null) setRunning(null);
  running?.abort();
  Object.assign(chat, { id: null, history: [] });
  page.verlauf.replaceChildren();
  page.entwurf.replaceChildren();
  page.entwurf.hidden = true;
  page.inhalt.classList.remove("started");
  history.replaceState(null, "", "/");
  fill("");
  say("Neue Unterhaltung begonnen.");
  page.frage.focus();
}

function clicked(event) {
  const target = event.target.closest("[data-cite], [data-retry], [data-copy]");
  if (target === null) return;
  event.preventDefault();
  if (target.dataset.cite !== undefined) {
    openSource(target);
  } else if (target.dataset.retry !== undefined) {
    const node = target.closest(".error");
    node.previousElementSibling?.remove();
    node.remove();
    page.frage.focus();
    submit(node.dataset.question);
  } else {
    copyAnswer(target.closest(".reply")).then(say, () => say("Kopieren ist hier nicht möglich."));
  }
}

function adoptServedAnswer() {
  const reply = page.verlauf.querySelector(".reply");
  if (reply === null) return;
  chat.id = reply.dataset.conversation || null;
  const asked = reply.previousElementSibling.textContent.trim();
  const said = reply.querySelector(".prose").textContent.trim();
  chat.history.push({ role: "user", content: asked }, { role: "assistant", content: said });
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const offered = event.submitter?.name === "frage" ? event.submitter.value : null;
  if (offered !== null) submit(offered);
  else if (measured()) submit(page.frage.value.trim());
});
page.frage.addEventListener("input", measured);
page.frage.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  page.formular.requestSubmit();
});
page.stopp.addEventListener("click", () => chat.running?.abort());
page.neu.addEventListener("click", (event) => {
  event.preventDefault();
  restart();
});
page.verlauf.addEventListener("click", clicked);
page.verlauf.addEventListener("keydown", closeSource);
for (const name of ["online", "offline"]) {
  addEventListener(name, () => {
    page.offline.hidden = navigator.onLine;
    say(navigator.onLine ? "Die Internetverbindung ist wieder da." : "Keine Internetverbindung.");
  });
}

// the counter replaces the browser's limit, which would cut a pasted text without a word
page.frage.removeAttribute("maxlength");
page.frage.required = false;
page.offline.hidden = navigator.onLine;
adoptServedAnswer();
measured();
document.documentElement.classList.add("ready");
