// Words over the original, and the text with the doubtful ones marked.

const LEVELS = [[93, "sure"], [80, "fair"], [60, "weak"], [-1, "poor"]];
const level = (value) => LEVELS.find(([least]) => value >= least)[1];
const tip = document.getElementById("tip");

// A word is [text, confidence, probability in percent or null, corners, readings, alternatives].
const certainty = (word, measure) => (measure === "probability" && word[2] !== null ? word[2] : word[1]);

const about = (word, variant) => {
  const names = (places) => places.map((place) => (variant.readings[place] || { name: place + 1 }).name).join(", ");
  const lines = [el("b", {}, word[0]), el("div", {}, `confidence ${number(word[1])}`)];
  if (word[2] !== null) lines.push(el("div", {}, `probability ${number(word[2])} %`));
  if (word[4].length && variant.readings.length) lines.push(el("div", {}, `read by ${names(word[4])}`));
  for (const [text, share, readings] of word[5]) {
    lines.push(el("div", {}, `or “${text}”, ${number(share, 0)} % of the votes${readings.length ? `: ${names(readings)}` : ""}`));
  }
  return lines;
};

const tell = (word, variant, near) => {
  tip.replaceChildren(...about(word, variant));
  tip.hidden = false;
  const box = near.getBoundingClientRect();
  const left = Math.min(Math.max(box.left, 8), document.documentElement.clientWidth - tip.offsetWidth - 8);
  const below = box.bottom + 6 + tip.offsetHeight < window.innerHeight;
  tip.style.left = `${left + window.scrollX}px`;
  tip.style.top = `${(below ? box.bottom + 6 : box.top - tip.offsetHeight - 6) + window.scrollY}px`;
};

const hush = () => { tip.hidden = true; };

// What is pointed at in the picture is shown in the text too, and the other way round.
class Words {
  constructor(variant, measure) {
    Object.assign(this, { variant, measure, boxes: [], spans: [], at: -1 });
  }

  reach(node, place) {
    node.addEventListener("pointerenter", () => this.point(place, node));
    // Keys may have gone on to another word while the pointer stood still and the page moved beneath it.
    node.addEventListener("pointerleave", () => { if (this.at === place) this.leave(); });
    return node;
  }

  point(place, near) {
    this.leave();
    this.at = place;
    for (const node of [this.boxes[place], this.spans[place]]) if (node) node.classList.add("here");
    tell(this.variant.words[place], this.variant, near);
  }

  leave() {
    hush();
    for (const node of [this.boxes[this.at], this.spans[this.at]]) if (node) node.classList.remove("here");
  }

  step(by) {
    const count = this.variant.words.length;
    if (!count) return;
    const next = this.at < 0 ? (by > 0 ? 0 : count - 1) : (this.at + by + count) % count;
    this.point(next, this.boxes[next]);
  }

  overlay(size) {
    this.boxes = this.variant.words.map((word, place) => this.reach(svg("polygon", {
      points: word[3].join(" "), class: level(certainty(word, this.measure)),
    }), place));
    return svg("svg", { viewBox: `0 0 ${size[0]} ${size[1]}`, class: "boxes", "aria-hidden": "true" }, this.boxes);
  }

  text() {
    const shown = [];
    if (this.variant.text !== null) shown.push(this.variant.text);
    for (const line of this.variant.lines) {
      if (line.new) shown.push("\n");
      for (const place of line.words) {
        const word = this.variant.words[place];
        this.spans[place] = this.reach(el("span", { class: "word" }, word[0]), place);
        shown.push(this.spans[place], " ");
      }
      shown.push("\n");
    }
    return el("div", { class: "text", tabindex: "0", role: "region", "aria-label": "text" }, shown);
  }

  mark(least) {
    let count = 0;
    this.spans.forEach((span, place) => {
      const low = certainty(this.variant.words[place], this.measure) < least;
      span.classList.toggle("low", low);
      count += low;
    });
    return count;
  }
}

const wordsView = (port, data, words) => {
  const below = data.original === null ? null : picture(data.pictures[data.original], "original with words");
  const view = frame(port, data.size, "words on the original", el("div", { class: "layer" },
    stage(port, below, words.overlay(data.size))));
  view.addEventListener("keydown", (event) => {
    if (event.key === "n") words.step(1);
    if (event.key === "p") words.step(-1);
    if (event.key === "Escape") words.leave();
  });
  view.addEventListener("blur", () => words.leave());
  return view;
};
