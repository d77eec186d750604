// The details of one page, built when it is opened.

const SETTINGS = JSON.parse(document.getElementById("settings").textContent);
// No variant can be called so: names are texts that a person typed.
const TRUTH = "\u0000truth";
const label = (name) => (name === TRUTH ? "truth" : name);

const rowsOf = (rows) => rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)));

const stepFigure = (port, data, step, place) => {
  const facts = el("dl", {}, rowsOf(step.parameters),
    step.found.map(([name, value]) => el("div", { class: "found" }, el("dt", {}, name), el("dd", {}, value))));
  const view = step.picture === null ? null
    : frame(port, data.size, `after ${step.kind}`, el("div", { class: "layer" },
      stage(port, picture(data.pictures[step.picture], `after ${step.kind}`))));
  return el("figure", { class: step.implicit ? "step implicit" : "step" }, view,
    el("figcaption", {}, el("div", { class: "head" }, el("b", {}, `${place}. ${step.kind}`),
      step.implicit ? el("span", { class: "badge" }, "by itself") : null,
      el("span", { class: "quiet" }, `${number(step.ms, step.ms < 10 ? 2 : 0)} ms`)), facts));
};

const stepsPart = (port, data, variant) => {
  const first = data.original === null ? [] : [el("figure", { class: "step" },
    frame(port, data.size, "original", el("div", { class: "layer" },
      stage(port, picture(data.pictures[data.original], "original")))),
    el("figcaption", {}, el("div", { class: "head" }, el("b", {}, "original"),
      el("span", { class: "quiet" }, `${data.size[0]} × ${data.size[1]} px`))))];
  const none = variant.steps.length ? null : el("p", { class: "quiet" }, "No step was taken: the page was read as it is.");
  return el("section", { class: "steps" }, el("h3", {}, "Steps"), none,
    el("div", { class: "strip" }, first, variant.steps.map((step, place) => stepFigure(port, data, step, place + 1))));
};

const choicesPart = (variant) => (variant.choices.length ? el("section", { class: "choices" }, el("h3", {}, "What was chosen, and why"),
  variant.choices.map((choice) => el("div", {},
    el("p", {}, el("b", {}, choice.kind), `: ${choice.reason || "no reason told"}`),
    el("dl", {}, rowsOf(choice.facts)), el("pre", { tabindex: "0" }, choice.yaml)))) : null);

const readingsPart = (variant) => (variant.readings.length ? el("section", { class: "readings" }, el("h3", {}, "Readings of the consensus"),
  el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "readings" }, table(
    variant.readings.map((reading, place) => [reading.name, reading.steps.join(" → ") || "as it is", reading.words,
      variant.words.filter((word) => word[4].includes(place)).length,
      `${number(100 * reading.share, 0)} %`, `${number(reading.seconds, 2)} s`]),
    ["reading", "steps", "words", "words kept", "share", "time"]))) : null);

const factsPart = (data) => (data.facts ? el("details", { class: "facts" },
  el("summary", {}, `Facts of the page${data.facts.defects.length ? `: ${data.facts.defects.join(", ")}` : ": no defects found"}`),
  el("dl", {}, rowsOf(data.facts.rows))) : null);

const scoresPart = (data) => {
  const scored = Object.entries(data.variants).filter(([, variant]) => variant.scores);
  if (!scored.length) return null;
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "scores" }, table(
    scored.map(([name, { scores }]) => [name, number(scores.word_f1, 2), number(scores.cer, 2), number(scores.wer, 2),
      number(scores.word_precision), number(scores.word_recall)]),
    ["variant", "word F1", "CER %", "WER %", "precision", "recall"]));
};

const factsOfReading = (variant) => {
  const { load, filters, engine } = variant.seconds;
  const seconds = `load ${number(load, 2)} s, filters ${number(filters, 2)} s, engine ${number(engine, 2)} s`;
  return el("div", { class: "told" },
    el("p", { class: "quiet" }, [`${variant.engine || "engine unknown"}${variant.language ? ` (${variant.language})` : ""}`, seconds,
      `${variant.words.length} words, mean confidence ${number(variant.confidence)}`].join(" · ")),
    variant.note ? el("p", { class: "warning" }, variant.note) : null,
    variant.warnings.map((line) => el("p", { class: "warning" }, line)),
    variant.dropped.length ? el("p", { class: "quiet" },
      `Left out as too doubtful: ${variant.dropped.map(([text, sure]) => `${text} (${number(sure, 0)})`).join(", ")}`) : null);
};

class PageDetails {
  constructor(body, data) {
    Object.assign(this, { body, data, port: new Viewport(), aligned: true, least: 80 });
    const names = Object.keys(data.variants);
    this.first = SETTINGS.main;
    this.second = data.truth !== null ? TRUTH : names.find((name) => name !== this.first) || this.first;
    this.measure = "confidence";
    this.parts = el("div", {});
    body.append(el("div", { class: "bar tools", role: "toolbar", "aria-label": "tools" }, this.tools(names)), this.parts);
    this.show();
  }

  tools(names) {
    const button = (text, name, act) => el("button", { type: "button", "aria-label": name, title: name, onclick: act }, text);
    const variants = names.map((name) => [name, name]);
    const all = this.data.truth === null ? variants : [...variants, [TRUTH, "truth"]];
    const voted = Object.values(this.data.variants).some((variant) => (variant.words || []).some((word) => word[2] !== null));
    return [
      select("Variant", variants, this.first, (name) => { this.first = name; this.show(); }),
      all.length > 1 ? select("compared with", all, this.second, (name) => { this.second = name; this.compare(); }) : null,
      voted ? select("by", [["confidence", "confidence"], ["probability", "probability"]], this.measure,
        (name) => { this.measure = name; this.show(); }, "coloured and marked by") : null,
      el("span", { class: "zoom" }, button("−", "zoom out", () => this.port.zoom(0.8)),
        button("+", "zoom in", () => this.port.zoom(1.25)), button("1:1", "whole page", () => this.port.reset())),
    ];
  }

  show() {
    const variant = this.data.variants[this.first];
    hush();
    this.parts.replaceChildren();
    this.port.forget();
    this.compared = null;
    const scores = scoresPart(this.data);
    if (variant.error !== undefined) {
      this.parts.append(...[scores, el("p", { class: "failure", role: "alert" }, `${variant.kind}: ${variant.error}`), factsPart(this.data)].filter(Boolean));
      return;
    }
    this.words = new Words(variant, this.measure);
    const note = this.data.note ? el("p", { class: "warning" }, this.data.note) : null;
    this.compared = el("div", {});
    this.parts.append(...[scores, factsOfReading(variant), note, this.pictures(variant), stepsPart(this.port, this.data, variant),
      choicesPart(variant), readingsPart(variant), this.texts(), factsPart(this.data)].filter(Boolean));
    this.port.move(0, 0);
    this.mark();
    this.compare();
  }

  pictures(variant) {
    const legend = el("ul", { class: "legend" }, LEVELS.map(([least, name], place) => el("li", { class: name },
      least < 0 ? `below ${LEVELS[place - 1][0]}` : `${least} and more`)));
    const right = el("figure", {}, el("figcaption", {}, "Words, by ", this.measure, legend), wordsView(this.port, this.data, this.words));
    if (variant.picture === null || this.data.original === null) return el("div", { class: "pair" }, right);
    const slot = el("div", {});
    const draw = () => slot.replaceChildren(beforeAfter(this.port, this.data, variant, this.aligned));
    const align = el("input", { type: "checkbox", onchange: (event) => { this.aligned = event.target.checked; this.port.forget(); draw(); } });
    align.checked = this.aligned;
    draw();
    return el("div", { class: "pair" }, el("figure", {}, el("figcaption", {}, "Before and after ",
      el("label", {}, align, " laid over the original")), slot), right);
  }

  texts() {
    const shown = el("output", {});
    this.range = el("input", { type: "range", min: "0", max: "100", value: String(this.least), "aria-label": "mark words below",
      oninput: (event) => { this.least = Number(event.target.value); this.mark(); } });
    this.counted = shown;
    return el("section", { class: "texts" }, el("div", {}, el("div", { class: "bar" }, el("h3", {}, "Text"),
      el("label", { class: "threshold" }, "mark below ", this.range, shown)), this.words.text()),
    el("div", {}, el("h3", {}, "Difference"), this.compared));
  }

  mark() {
    const count = this.words.mark(this.least);
    this.counted.textContent = `${this.least}: ${count} ${count === 1 ? "word" : "words"}`;
  }

  compare() {
    if (!this.compared) return;
    this.compared.replaceChildren(this.second === this.first
      ? el("p", { class: "quiet told" }, "There is nothing to compare this text with.") : diffView(this.data, this.first, this.second));
  }
}
