// Tests of the widget's parts that need no browser: node test.mjs
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const PARTS = ["contract", "draft", "event_stream", "export", "markdown", "memory", "status", "words"];
const { outputFiles } = await build({
  stdin: {
    contents: PARTS.map((name) => `export * from "./src/${name}.ts";`).join("\n"),
    resolveDir: fileURLToPath(new URL(".", import.meta.url)),
    loader: "ts",
  },
  bundle: true,
  format: "esm",
  write: false,
});
const parts = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
const { answerHtml, answerText, dateText, EMPTY, EventStreamParser, filled, isAnswer, languageOf } = parts;
const { markdownOf, outcome, placeLink, plainText, safeLink, stageText, tabMemory, taken, TAGS, tongue, tongueOf, WORDS } = parts;

const labels = (id) => (id <= 3 ? `Quelle ${id}: "A" & <B>` : null);
const html = (markdown) => answerHtml(markdown, labels);

test("every sign that HTML knows is escaped", () => {
  const attack = `<img src=x onerror="a()"> & 'b' <!-- <script>`;
  assert.equal(html(attack), "<p>&lt;img src=x onerror=&quot;a()&quot;&gt; &amp; &#39;b&#39; &lt;!-- &lt;script&gt;</p>");
  assert.equal(html(`**<b>**\n\n- <i>\n\n\\<u>`), "<p><strong>&lt;b&gt;</strong></p><ul><li>&lt;i&gt;</li></ul><p>&lt;u&gt;</p>");
});

test("markers are buttons, their labels escaped", () => {
  assert.match(html("Satz. [1]"), /^<p>Satz\. <button type="button" class="marker" data-cite="1" aria-label="Quelle 1: &quot;A&quot; &amp; &lt;B&gt;">1<\/button><\/p>$/);
  assert.equal((html("Satz. [1][2] [1, 3]").match(/<button/g) ?? []).length, 4);
  assert.equal(html("[4] [1,4] [x] \\[1\\]"), "<p>[4] [1,4] [x] [1]</p>");
});

test("the grammar: paragraphs, lists, strong words, escapes", () => {
  assert.equal(html("eins\nzwei\n\ndrei"), "<p>eins zwei</p><p>drei</p>");
  assert.equal(html("- a\n\n* b\n• c"), "<ul><li>a</li><li>b</li><li>c</li></ul>");
  assert.equal(html("3. a\n4) b"), '<ol start="3"><li>a</li><li>b</li></ol>');
  assert.equal(html("1. a\n- b"), "<ol><li>a</li></ol><ul><li>b</li></ul>");
  assert.equal(html("**a** ** b** \\*\\*c\\*\\* **d"), "<p><strong>a</strong> ** b** **c** **d</p>");
  assert.equal(html("# a\n\n[b](https://c) `d` _e_"), "<p># a</p><p>[b](https://c) `d` _e_</p>");
  assert.equal(html(""), "");
  assert.equal(html("-"), "<p>-</p>");
});

test("an answer as text keeps lists and drops marks", () => {
  assert.equal(answerText("**Es** gilt \\*:\n\n- a [1]\n- b\n\n2. c\n3. d"), "Es gilt *:\n\n- a [1]\n- b\n\n2. c\n3. d");
});

test("a hostile length takes no hostile time", () => {
  const started = performance.now();
  for (const piece of ["**", "[1,", "\\", "- ", "1. ", "<", "**a"]) html(piece.repeat(20_000));
  assert.ok(performance.now() - started < 3_000);
});

const STREAM = ["\uFEFF: hallo", "event: token", 'data: {"text":', 'data: "äß😀"}', "id: 7", "", "data:x", "data", "",
  "event: leer", "", "event: done", "data: {}", "", "data: offen"];

test("events do not depend on how the stream is cut", () => {
  const expected = [
    { event: "token", data: '{"text":\n"äß😀"}' },
    { event: "message", data: "x\n" },
    { event: "done", data: "{}" },
  ];
  for (const ends of ["\n", "\r\n", "\r"]) {
    const stream = STREAM.join(ends);
    const read = (pieces) => {
      const parser = new EventStreamParser();
      return pieces.flatMap((piece) => parser.push(piece));
    };
    assert.deepEqual(read([stream]), expected);
    assert.deepEqual(read([...stream]), expected);
    for (let i = 1; i < stream.length; i++) assert.deepEqual(read([stream.slice(0, i), "", stream.slice(i)]), expected);
  }
});

const drafted = (...events) => events.reduce(taken, EMPTY);
const token = (text) => ({ name: "token", text });
const sentence = (text, more = {}) => ({ name: "sentence", sentence: { text, citations: [], supported: true, ...more } });

test("a sentence takes the place of its tokens", () => {
  const draft = drafted(token("Ein "), token("Netz "), sentence("Ein Netz.", { citations: [1, 2] }), token("Und"));
  assert.equal(markdownOf(draft), "Ein Netz\\. [1][2] Und");
  assert.equal(markdownOf(drafted(token("Falsch"), sentence("Falsch.", { supported: false }))), "Falsch");
  assert.equal(markdownOf(drafted(token("a"), { name: "replace", answer: "**b**" }, token("c"))), "**b** c");
});

test("items of a draft become a list, the source's signs stay signs", () => {
  const item = (text, lead = "") => sentence(text, { item: true, lead });
  const text = markdownOf(drafted(sentence("Es gilt **x**:"), item("eins"), item("zwei"), sentence("Ende")));
  assert.equal(text, "Es gilt \\*\\*x\\*\\*\\:\n\n- eins\n- zwei\n\nEnde");
  assert.equal(html(text), "<p>Es gilt **x**:</p><ul><li>eins</li><li>zwei</li></ul><p>Ende</p>");
});

test("a list and what announces it are one sentence, its items have marks of their own", () => {
  const listed = (text, listed, lead = "") => sentence(text, { listed, lead });
  const text = markdownOf(drafted(listed("Es gilt:\n- <eins>\n- - zwei", [1, 2]), sentence("Ende")));
  const marked = (id) => html(`[${id}]`).slice("<p>".length, -"</p>".length);
  assert.equal(html(text), `<p>Es gilt:</p><ul><li>&lt;eins&gt; ${marked(1)}</li><li>- zwei ${marked(2)}</li></ul><p>Ende</p>`);
  const foreign = markdownOf(drafted(sentence("Davor."), listed("- one\n2. two", [3, 3], "Auf Englisch: ")));
  assert.equal(html(foreign), `<p>Davor.</p><p>Auf Englisch:</p><ul><li>one ${marked(3)}</li><li>2. two ${marked(3)}</li></ul>`);
});

test("citations are gathered, other events change nothing", () => {
  const one = drafted({ name: "citation", citation: { id: 1 } }, { name: "status", stage: "search" });
  assert.deepEqual(one, { ...EMPTY, citations: [{ id: 1 }] });
});

test("all languages have the same words with the same places", () => {
  const places = (text) => (text.match(/\{\w+\}/g) ?? []).sort().join();
  const { de, ...others } = WORDS;
  for (const [name, words] of Object.entries(others)) {
    assert.deepEqual(Object.keys(words), Object.keys(de), name);
    for (const [key, text] of Object.entries(words)) {
      // easy words may do without a number
      assert.ok(["", places(de[key])].includes(places(text)), `${name}.${key}`);
      assert.notEqual(text.trim(), "", `${name}.${key}`);
    }
  }
  assert.deepEqual(Object.keys(TAGS), Object.keys(WORDS));
});

test("the language is that of the page, German where it is unknown", () => {
  const found = ["de", "de-AT", "en", "EN-gb", "de-simple", "de-x-leicht", "leicht", "fr", "enm", "", null, undefined].map(languageOf);
  assert.deepEqual(found, ["de", "de", "en", "en", "leicht", "leicht", "leicht", "de", "de", "de", "de", "de"]);
});

test("dates are written out", () => {
  assert.equal(dateText("2023-10-05", "de"), "5. Oktober 2023");
  assert.equal(dateText("2023-10-05T10:00:00Z", "de"), "5. Oktober 2023");
  assert.equal(dateText("2023-10", "en"), "October 2023");
  assert.equal(dateText("2023", "de"), "2023");
  assert.equal(dateText("Herbst 2023", "de"), "Herbst 2023");
  assert.equal(dateText(null, "de"), "");
  assert.doesNotThrow(() => dateText("2023-99-99", "de"));
});

test("values are filled in, unknown places stay", () => {
  assert.equal(filled("{n} von {most} {x}", { n: 1, most: "{n}" }), "1 von {n} {x}");
});

test("only http and https are links", () => {
  const base = "https://server/";
  assert.equal(safeLink("/documents/a?start=1#zitat", base), "https://server/documents/a?start=1#zitat");
  for (const bad of ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "tel:1", "", null, 7, "https://"])
    assert.equal(safeLink(bad, base), null, String(bad));
});

const ANSWER = {
  question: "Was?", answer: "Das. [1]", kind: "answer", sentences: [], related: [], follow_ups: [],
  citations: [{ id: 1, title: "", source: "a.pdf", page: 3, slide: null, reference: "§ 1", organisation: null, date: "2023", quote: "Das.", link: "/a" }],
};

const exchange = (answer) => ({ answer, state: "done", draft: EMPTY });

test("the text for the clipboard names its sources", () => {
  assert.equal(plainText(exchange(ANSWER), WORDS.de, "https://s/"), "Das. [1]\n\nQuellen:\n[1] a.pdf, 2023, § 1, Seite 3: „Das.“ https://s/a");
  assert.ok(plainText(exchange(ANSWER), WORDS.en, "https://s/").endsWith("page 3: “Das.” https://s/a"));
  assert.ok(!plainText(exchange({ ...ANSWER, citations: [] }), WORDS.en, "https://s/").includes("Sources"));
});

test("what the sources do not carry is named, and a stopped answer has a text", () => {
  const sentences = [{ text: "Erfunden.", citations: [], supported: false }];
  assert.ok(plainText(exchange({ ...ANSWER, sentences }), WORDS.de, "https://s/").includes("nicht bestätigt:\n- Erfunden."));
  const draft = drafted({ name: "citation", citation: ANSWER.citations[0] }, sentence("Das.", { citations: [1] }));
  assert.ok(plainText({ answer: null, state: "stopped", draft }, WORDS.de, "https://s/").startsWith("Das. [1]\n\nQuellen:\n[1] a.pdf"));
});

test("telephone numbers are links, other addresses only when safe", () => {
  const links = ["tel:112", "tel:+4930", "tel:112;x", "/a", "javascript:a()"].map((link) => placeLink({ link }, "https://s/"));
  assert.deepEqual(links, ["tel:112", "tel:+4930", null, "https://s/a", null]);
});

test("the language of a question is told by its words", () => {
  const found = ["What is a network?", "Was ist ein Netzwerk?", "Is § 20 the law?", "Wer ist who für Ämter?", ""].map(tongueOf);
  assert.deepEqual(found, ["en", "de", "en", "de", "de"]);
  assert.deepEqual(["de", "de-DE", null, "x"].map(tongue), ["de", null, null, null]);
});

test("what is no answer is not taken for one", () => {
  assert.ok(isAnswer(ANSWER));
  for (const bad of [null, undefined, "x", {}, { ...ANSWER, citations: null }, { ...ANSWER, answer: 1 }]) assert.ok(!isAnswer(bad));
});

test("stages and ends have words", () => {
  const stages = ["search", "rank", "answer", "verify", "anders"].map((name) => stageText(name, WORDS.de));
  assert.deepEqual(stages, [WORDS.de.searching, WORDS.de.searching, WORDS.de.writing, WORDS.de.checking, WORDS.de.preparing]);
  const end = (state, answer) => outcome({ state, answer }, WORDS.en);
  assert.equal(end("done", ANSWER), "Answer complete, one source.");
  assert.equal(end("done", { ...ANSWER, kind: "refusal" }), "No answer found.");
  assert.equal(end("stopped", null), "Answer stopped.");
  assert.equal(end("failed", null), WORDS.en.failed);
});

test("the memory of the tab forgets, and survives what others left there", () => {
  const kept = new Map();
  globalThis.sessionStorage = {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => kept.set(name, value),
    removeItem: (name) => kept.delete(name),
  };
  const memory = tabMemory("https://s");
  memory.write({ id: "c", answers: Array(30).fill(ANSWER) });
  assert.equal(memory.read().answers.length, 20);
  for (const bad of ["{", "7", '{"answers":[{}]}', '{"answers":{}}']) {
    kept.set("kgc-chat:https://s", bad);
    assert.equal(memory.read(), null, bad);
  }
  assert.equal(memory.speech(), null);
  memory.speak("en");
  assert.equal(memory.speech(), "en");
  tabMemory("https://s", "b").write({ id: "b", answers: [] });
  assert.ok(kept.has("kgc-chat:https://s#b"));
  tabMemory("https://s", "b").forget();
  memory.forget();
  assert.equal(kept.size, 0);
  globalThis.sessionStorage = { getItem: () => { throw new Error("blocked"); } };
  assert.equal(memory.read(), null);
  assert.equal(memory.speech(), null);
  assert.doesNotThrow(() => memory.write({ id: null, answers: [] }));
});
