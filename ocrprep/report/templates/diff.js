// Differences of two texts, word by word: the longest common subsequence.

const CELLS = 16e6;

const wordsOf = (data, name) => {
  if (name === TRUTH) return data.truth.split(/\s+/).filter(Boolean);
  const variant = data.variants[name];
  if (variant.error !== undefined) return [];
  return variant.text !== null ? variant.text.split(/\s+/).filter(Boolean) : variant.words.map((word) => word[0]);
};

// Runs of [what, words]: "same", "del" for words of the first only, "ins" for words of the second only.
const differences = (one, two) => {
  let start = 0;
  while (start < one.length && start < two.length && one[start] === two[start]) start += 1;
  let end = 0;
  const left = () => Math.min(one.length, two.length) - start - end;
  while (left() > 0 && one[one.length - 1 - end] === two[two.length - 1 - end]) end += 1;
  const runs = [];
  const push = (kind, word) => {
    const last = runs[runs.length - 1];
    if (last && last[0] === kind) last[1].push(word);
    else runs.push([kind, [word]]);
  };
  one.slice(0, start).forEach((word) => push("same", word));
  middle(one.slice(start, one.length - end), two.slice(start, two.length - end), push);
  one.slice(one.length - end).forEach((word) => push("same", word));
  return runs;
};

const middle = (one, two, push) => {
  const wide = two.length + 1;
  if ((one.length + 1) * wide > CELLS) {
    // Two texts of thousands of words with nothing in common at either end: told as a whole.
    one.forEach((word) => push("del", word));
    two.forEach((word) => push("ins", word));
    return;
  }
  const common = new Uint16Array((one.length + 1) * wide);
  for (let i = one.length - 1; i >= 0; i -= 1) {
    for (let j = two.length - 1; j >= 0; j -= 1) {
      common[i * wide + j] = one[i] === two[j] ? common[(i + 1) * wide + j + 1] + 1
        : Math.max(common[(i + 1) * wide + j], common[i * wide + j + 1]);
    }
  }
  let [i, j] = [0, 0];
  while (i < one.length || j < two.length) {
    if (i < one.length && j < two.length && one[i] === two[j]) {
      push("same", one[i]);
      i += 1;
      j += 1;
    } else if (i < one.length && (j === two.length || common[(i + 1) * wide + j] >= common[i * wide + j + 1])) {
      push("del", one[i]);
      i += 1;
    } else {
      push("ins", two[j]);
      j += 1;
    }
  }
};

const diffView = (data, first, second) => {
  const runs = differences(wordsOf(data, first), wordsOf(data, second));
  const count = (kind) => runs.filter(([what]) => what === kind).reduce((sum, [, words]) => sum + words.length, 0);
  const [gone, come] = [count("del"), count("ins")];
  const told = gone || come ? `${gone} words only in ${label(first)}, ${come} only in ${label(second)}` : "no difference";
  const tags = { same: "span", del: "del", ins: "ins" };
  return el("div", {},
    el("p", { class: "quiet told", role: "status" }, told),
    el("div", { class: "text diff", tabindex: "0", role: "region", "aria-label": "difference" },
      runs.map(([kind, words]) => [el(tags[kind], {}, words.join(" ")), " "])));
};
