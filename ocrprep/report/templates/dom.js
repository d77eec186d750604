// Elements are made one by one and texts set as texts, so that nothing that was read can become markup.

const SVG = document.getElementById("seed").namespaceURI;

const put = (node, attributes, children) => {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) if (child !== null && child !== undefined) node.append(child);
  return node;
};

const el = (tag, attributes, ...children) => put(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) => put(document.createElementNS(SVG, tag), attributes, children);

const table = (rows, head) => el("table", { class: "figures" },
  head ? el("thead", {}, el("tr", {}, head.map((name) => el("th", { scope: "col" }, name)))) : null,
  el("tbody", {}, rows.map(([name, ...cells]) => el("tr", {}, el("th", { scope: "row" }, String(name)),
    cells.map((cell) => el("td", {}, String(cell)))))));

const select = (label, options, chosen, change, name = label) => {
  const box = el("select", { "aria-label": name, onchange: (event) => change(event.target.value) },
    options.map(([value, text]) => el("option", { value }, text)));
  box.value = chosen;
  return el("label", {}, `${label} `, box);
};

const number = (value, digits = 1) => (value === null || value === undefined ? "—" : value.toFixed(digits));
