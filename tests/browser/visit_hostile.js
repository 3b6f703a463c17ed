// Turns to one server after the other and looks for what each says of itself.
async (sites) => {
    const chat = document.querySelector("kgc-chat");
    const root = chat.shadowRoot;
    const flat = (text) => text.replace(/\s+/g, " ").trim();
    const faults = [];
    const texts = (selector) => [...root.querySelectorAll(selector)].map((node) => flat(node.textContent));
    for (const [number, payloads] of sites.entries()) {
        chat.setAttribute("endpoint", `/seite${number}/`);
        const wanted = payloads.map(flat);
        const there = () => wanted.every((text) => texts(".chip").includes(text));
        for (let turn = 0; turn < 400 && !there(); turn++) await new Promise((go) => setTimeout(go, 5));
        if (!there()) faults.push(["chips", payloads, texts(".chip")]);
        const shown = texts(".facets option").join(" ");
        for (const text of wanted) if (!shown.includes(text)) faults.push(["option", text, shown]);
        const values = [...root.querySelectorAll(".facets option")].map((node) => node.value);
        for (const text of payloads) if (!values.includes(text.replace(/\r\n?/g, "\n")) && !values.includes(text)) faults.push(["value", text, values]);
        for (const link of root.querySelectorAll(".links a"))
            if (!/^https?:\/\//.test(link.getAttribute("href"))) faults.push(["link", link.outerHTML]);
    }
    return faults;
}
