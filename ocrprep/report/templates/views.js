// Pictures of one page that are zoomed and moved together.

const MOST = 24;

class Viewport {
  constructor() {
    // The left upper corner, in sizes of a view, and how many times larger.
    Object.assign(this, { x: 0, y: 0, z: 1, stages: new Set() });
  }

  add(stage) {
    this.stages.add(stage);
    this.show(stage);
  }

  forget() {
    this.stages = new Set([...this.stages].filter((stage) => stage.isConnected));
  }

  show(stage) {
    stage.style.transform = `translate(${this.x * 100}%, ${this.y * 100}%) scale(${this.z})`;
    const view = stage.closest(".view");
    if (view) view.classList.toggle("zoomed", this.z > 1);
  }

  set(x, y, z) {
    this.z = Math.min(Math.max(z, 1), MOST);
    this.x = Math.min(Math.max(x, 1 - this.z), 0);
    this.y = Math.min(Math.max(y, 1 - this.z), 0);
    this.stages.forEach((stage) => this.show(stage));
  }

  zoom(factor, at = [0.5, 0.5]) {
    const z = Math.min(Math.max(this.z * factor, 1), MOST);
    const grown = z / this.z;
    this.set(at[0] - (at[0] - this.x) * grown, at[1] - (at[1] - this.y) * grown, z);
  }

  move(x, y) {
    this.set(this.x + x, this.y + y, this.z);
  }

  reset() {
    this.set(0, 0, 1);
  }
}

const KEYS = {
  "+": (port) => port.zoom(1.25),
  "=": (port) => port.zoom(1.25),
  "-": (port) => port.zoom(0.8),
  0: (port) => port.reset(),
  ArrowLeft: (port) => port.move(0.1, 0),
  ArrowRight: (port) => port.move(-0.1, 0),
  ArrowUp: (port) => port.move(0, 0.1),
  ArrowDown: (port) => port.move(0, -0.1),
};

// A frame of the page's shape. What is drawn in it lies on stages, which the viewport moves.
const frame = (port, size, label, ...inside) => {
  const view = el("div", { class: "view", tabindex: "0", role: "group", "aria-label": label }, inside);
  view.style.setProperty("--wide", size[0]);
  view.style.setProperty("--high", size[1]);
  view.addEventListener("keydown", (event) => {
    const act = event.target === view && !event.ctrlKey && !event.metaKey && KEYS[event.key];
    if (!act) return;
    act(port);
    event.preventDefault();
  });
  view.addEventListener("wheel", (event) => {
    // Whoever only scrolls past must not be caught.
    if (!event.ctrlKey && document.activeElement !== view && !view.contains(document.activeElement)) return;
    const box = view.getBoundingClientRect();
    const at = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    port.zoom(Math.exp(-event.deltaY / 400), at);
    event.preventDefault();
  }, { passive: false });
  dragged(view, (dx, dy) => port.move(dx / view.clientWidth, dy / view.clientHeight), () => port.z > 1);
  return view;
};

const dragged = (node, move, wanted = () => true) => {
  let last = null;
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !wanted()) return;
    last = [event.clientX, event.clientY];
    node.setPointerCapture(event.pointerId);
    event.stopPropagation();
  });
  node.addEventListener("pointermove", (event) => {
    if (!last) return;
    move(event.clientX - last[0], event.clientY - last[1], event);
    last = [event.clientX, event.clientY];
  });
  for (const end of ["pointerup", "pointercancel"]) node.addEventListener(end, () => { last = null; });
};

const picture = (address, label) => el("img", { src: address, alt: label, loading: "lazy", draggable: "false" });

const stage = (port, ...inside) => {
  const made = el("div", { class: "stage" }, inside);
  port.add(made);
  return made;
};

// Lay a picture of a page over the original, by the map from its pixels to those of the original.
const laid = (image, variant, size, view) => {
  image.classList.add("laid");
  image.style.width = `${variant.width}px`;
  image.style.height = `${variant.height}px`;
  const place = () => {
    if (!view.clientWidth) return;
    const k = view.clientWidth / size[0];
    const [a, b, c, d, e, f, g, h, i] = variant.map;
    const columns = [k * a, k * d, 0, g, k * b, k * e, 0, h, 0, 0, 1, 0, k * c, k * f, 0, i];
    image.style.transform = `matrix3d(${columns.join(",")})`;
  };
  new ResizeObserver(place).observe(view);
  place();
  return image;
};

// The original on the left of a handle, the prepared page on its right.
const beforeAfter = (port, data, variant, aligned) => {
  const before = el("div", { class: "layer" }, stage(port, picture(data.pictures[data.original], "original")));
  const cleaned = picture(data.pictures[variant.picture], "prepared");
  const after = el("div", { class: "layer after" }, stage(port, cleaned));
  const handle = el("div", {
    class: "handle", tabindex: "0", role: "slider", "aria-label": "original to the left, prepared to the right",
    "aria-valuemin": "0", "aria-valuemax": "100",
  }, el("span", {}));
  const view = frame(port, data.size, "original and prepared page", before, after,
    el("span", { class: "corner left" }, "original"), el("span", { class: "corner right" }, "prepared"), handle);
  let at = 50;
  const set = (value) => {
    at = Math.min(Math.max(value, 0), 100);
    view.style.setProperty("--at", `${at}%`);
    handle.setAttribute("aria-valuenow", String(Math.round(at)));
  };
  set(at);
  const steps = { ArrowLeft: () => at - 2, ArrowRight: () => at + 2, Home: () => 0, End: () => 100,
    PageUp: () => at + 10, PageDown: () => at - 10 };
  handle.addEventListener("keydown", (event) => {
    if (!steps[event.key]) return;
    set(steps[event.key]());
    event.preventDefault();
  });
  dragged(handle, (dx, dy, event) => {
    const box = view.getBoundingClientRect();
    set(((event.clientX - box.left) / box.width) * 100);
  });
  if (aligned) laid(cleaned, variant, data.size, view);
  return view;
};
