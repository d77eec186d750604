(() => {
  "use strict";
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const get = (id) => document.getElementById(id);
  const bars = all("[role=toolbar]");
  const panels = all(".panel");
  const images = all("#stage img");
  const view = get("view");
  const stage = get("stage");
  const hold = get("hold");
  const source = 0;
  let shown = Number(document.body.dataset.first);

  // --- which variant ---

  function picture(place, name) {
    const wanted = panels[place].dataset.picture;
    for (const image of images) {
      image.hidden = image.dataset.picture !== wanted;
      image.alt = image.hidden ? "" : `The page: ${name}`;
    }
  }

  function rove(bar, button) {
    for (const other of all("button", bar)) other.tabIndex = other === button ? 0 : -1;
  }

  function show(place, pressed = null) {
    shown = place;
    for (const panel of panels) panel.hidden = Number(panel.dataset.panel) !== place;
    for (const row of all("[data-row]")) row.classList.toggle("shown", Number(row.dataset.row) === place);
    for (const bar of bars) {
      const buttons = all("button", bar);
      for (const button of buttons) {
        button.setAttribute("aria-pressed", String(Number(button.dataset.variant) === place));
      }
      const inside = buttons.find((button) => button === pressed || Number(button.dataset.variant) === place);
      if (inside) rove(bar, inside);
    }
    picture(place, panels[place].dataset.name);
    get("shown").textContent = `Shown: ${panels[place].dataset.name}`;
  }

  for (const bar of bars) {
    const buttons = all("button", bar);
    rove(bar, buttons[0]);
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) show(Number(button.dataset.variant), button);
    });
    bar.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const here = buttons.indexOf(document.activeElement);
      const last = buttons.length - 1;
      const places = { ArrowRight: here + 1, ArrowDown: here + 1, ArrowLeft: here - 1, ArrowUp: here - 1, Home: 0, End: last };
      if (here < 0 || !(event.key in places)) return;
      event.preventDefault();
      const next = buttons[(places[event.key] + buttons.length) % buttons.length];
      next.focus();
      show(Number(next.dataset.variant), next);
    });
  }

  // --- the source, for as long as a button or a key is held ---

  function compare(on) {
    hold.setAttribute("aria-pressed", String(on));
    get("badge").hidden = !on;
    const place = on ? source : shown;
    picture(place, panels[place].dataset.name);
  }

  hold.addEventListener("pointerdown", (event) => {
    hold.setPointerCapture(event.pointerId);
    compare(true);
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture", "blur"]) {
    hold.addEventListener(end, () => compare(false));
  }
  hold.addEventListener("contextmenu", (event) => event.preventDefault());
  hold.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    compare(true);
  });
  hold.addEventListener("keyup", () => compare(false));

  // --- zoom and pan: of the stage, so that they stay when the picture changes ---

  const most = 16;
  const at = { scale: 1, x: 0, y: 0 };

  function place() {
    const width = view.clientWidth;
    const height = view.clientHeight;
    at.x = Math.min(0, Math.max(width * (1 - at.scale), at.x));
    at.y = Math.min(0, Math.max(height * (1 - at.scale), at.y));
    stage.style.transform = `translate(${at.x}px, ${at.y}px) scale(${at.scale})`;
    stage.classList.toggle("sharp", at.scale >= 3);
    view.classList.toggle("near", at.scale > 1);
    get("scale").textContent = `${Math.round(100 * at.scale)} %`;
  }

  function zoom(factor, x = view.clientWidth / 2, y = view.clientHeight / 2) {
    const next = Math.min(most, Math.max(1, at.scale * factor));
    const share = next / at.scale;
    at.x = x - (x - at.x) * share;
    at.y = y - (y - at.y) * share;
    at.scale = next;
    place();
  }

  function fit() {
    Object.assign(at, { scale: 1, x: 0, y: 0 });
    place();
  }

  function inside(event) {
    const box = view.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  get("in").addEventListener("click", () => zoom(1.5));
  get("out").addEventListener("click", () => zoom(1 / 1.5));
  get("fit").addEventListener("click", fit);
  view.addEventListener("dblclick", (event) => zoom(2, ...inside(event)));
  view.addEventListener("wheel", (event) => {
    // Without a key the wheel scrolls the page, until the picture is near.
    if (!event.ctrlKey && !event.metaKey && at.scale === 1) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 300), ...inside(event));
  }, { passive: false });

  const fingers = new Map();

  view.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    view.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, inside(event));
    view.classList.add("moving");
  });
  view.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = inside(event);
    const other = Array.from(fingers).find(([id]) => id !== event.pointerId);
    if (other) {
      const [, [x, y]] = other;
      const length = Math.hypot(before[0] - x, before[1] - y);
      if (length > 0) zoom(Math.hypot(now[0] - x, now[1] - y) / length, x, y);
    } else {
      at.x += now[0] - before[0];
      at.y += now[1] - before[1];
      place();
    }
    fingers.set(event.pointerId, now);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    view.addEventListener(end, (event) => {
      fingers.delete(event.pointerId);
      view.classList.toggle("moving", fingers.size > 0);
    });
  }
  view.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const moves = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
    if (event.key === "+" || event.key === "=") zoom(1.5);
    else if (event.key === "-") zoom(1 / 1.5);
    else if (event.key === "0") fit();
    else if (event.key in moves && at.scale > 1) {
      at.x += moves[event.key][0];
      at.y += moves[event.key][1];
      place();
    } else return;
    event.preventDefault();
  });
  window.addEventListener("resize", place);

  show(shown);
  place();
})();
