// Asks every text as a question and looks for it wherever the widget shows something.
async (payloads) => {
    const chat = document.querySelector("kgc-chat");
    const root = chat.shadowRoot;
    const faults = [];
    let drafts = 0;
    new MutationObserver(() => { drafts += root.querySelector(".draft .prose") ? 1 : 0; })
        .observe(root, { childList: true, subtree: true });
    const TAGS = new Set(("section div svg path h2 h3 h4 p ul ol li strong button label span select " +
        "option article bdi a form fieldset legend textarea input details summary blockquote mark").split(" "));
    const flat = (text) => text.replace(/\s+/g, " ").trim();
    const last = (selector) => [...root.querySelectorAll(selector)].at(-1);
    const see = (where, wanted) => {
        const found = last(where)?.textContent ?? "(nothing)";
        if (!flat(found).includes(flat(wanted))) faults.push([where, wanted, found.slice(0, 300)]);
    };
    const until = async (happened, what) => {
        for (let turn = 0; turn < 400 && !happened(); turn++) await new Promise((go) => setTimeout(go, 5));
        if (!happened()) faults.push(["never", what]);
    };
    const told = (name, act) => new Promise((go) => { chat.addEventListener(name, go, { once: true }); act(); })
        .then(() => chat.updateComplete);
    const audit = (payload) => {
        for (const node of root.querySelectorAll("*")) {
            if (!TAGS.has(node.localName)) faults.push(["element", payload, node.outerHTML.slice(0, 200)]);
            for (const { name, value } of node.attributes) {
                const bad = /^on|^(src|srcset|srcdoc|action|formaction|background|data|is|xlink:href)$/.test(name)
                    || (name === "style" && !node.matches("#quote, .root"))
                    || (name === "href" && !/^(https?:\/\/|tel:\+?[0-9]+$)/.test(value));
                if (bad) faults.push(["attribute", payload, `${name}=${value}`]);
            }
        }
    };
    for (const [number, payload] of payloads.entries()) {
        if (number % 12 === 0) root.querySelector("#clear")?.click();
        await told("kgc-error", () => chat.ask(payload));
        see(".question p", payload);
        see(".error p", payload);
        audit(payload);
        await told("kgc-answer", () => last(".retry").click());
        for (const place of [".question p", ".answer .prose", ".source .name", ".source .facts",
            ".source .number", ".related a", ".answer .chip", ".unsupported li"]) see(place, payload);
        root.querySelectorAll(".message:last-of-type .source button")[0].click();
        await until(() => root.querySelector("#quote:popover-open blockquote")?.textContent.startsWith("davor"), payload);
        for (const place of ["#quote .name", "#quote .facts", "#quote mark", "#quote blockquote"]) see(place, payload);
        if (root.querySelector("#quote blockquote")?.textContent.split("davor").length !== 2) faults.push(["context", payload]);
        audit(payload);
        root.querySelector("#quote").hidePopover();
    }
    return { faults, drafts };
}
