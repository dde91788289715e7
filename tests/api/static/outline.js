// Describe a turn line by line: elements with what a reader sees or hears of them, and the text as it is shown.
// Left out is what the page and the widget show differently on purpose:
// - a citation mark is a link on the page and opens its source in the widget;
// - the buttons of related questions, and those that drop a topic, submit a form on the page;
// - the widget alone can lead back from a source, and copies an answer and its address, which is a link on the page;
// - the widget pins the help card above the conversation;
// - on the page, headings begin one level higher.
(turn) => {
  const PURPOSE = ".plain, .help, article > .ways, .documents > .ways";
  const ATTRIBUTES = ["class", "lang", "dir", "href", "title", "value", "aria-label", "rel", "target"];
  const LEFT_OUT = { cite: ["href"], choice: ["value"], drop: ["value"], heading: ["class"], li: ["aria-label"] };

  turn.normalize();
  turn.querySelectorAll(PURPOSE).forEach((part) => part.remove());
  turn.querySelectorAll("details").forEach((details) => (details.open = true));
  const top = Number(turn.querySelector("h2, h3").localName[1]);

  const kindOf = (node) => {
    const level = /^h(\d)$/.exec(node.localName)?.[1];
    if (level) return { name: `heading ${level - top + 1}`, kind: "heading" };
    const kind = ["cite", "choice", "drop"].find((name) => node.classList.contains(name)) ?? node.localName;
    return { name: kind, kind };
  };
  const attributesOf = (node, kind) =>
    ATTRIBUTES.filter((name) => node.hasAttribute(name) && !LEFT_OUT[kind]?.includes(name))
      .map((name) => ` ${name}="${name === "href" ? node.href : node.getAttribute(name)}"`)
      .join("");
  const shown = (text) => text.replace(/\s+/g, " ").trim();
  const describe = (node, depth) => {
    const indent = "  ".repeat(depth);
    if (node instanceof Text) {
      return shown(node.data) ? [`${indent}“${shown(node.data)}”`] : [];
    }
    if (!(node instanceof Element)) return [];
    const { name, kind } = kindOf(node);
    const inside = [...node.childNodes].flatMap((child) => describe(child, depth + 1));
    return [`${indent}${name}${attributesOf(node, kind)}`, ...inside];
  };
  return [...describe(turn, 0), ...turn.innerText.split("\n").map(shown).filter(Boolean)];
}
