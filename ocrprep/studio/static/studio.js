// Draws a rectangle with the pointer and tells its corners as shares of the picture's width and height.
window.ocrprepDraw = (event, tell) => {
  const board = event.currentTarget;
  const place = (move) => {
    const box = board.getBoundingClientRect();
    const share = (value, size) => Math.min(1, Math.max(0, value / size));
    return [share(move.clientX - box.left, box.width), share(move.clientY - box.top, box.height)];
  };
  const start = place(event);
  const rubber = board.appendChild(Object.assign(document.createElement("div"), { className: "rubber" }));
  const follow = (move) => {
    const end = place(move);
    rubber.style.left = `${100 * Math.min(start[0], end[0])}%`;
    rubber.style.top = `${100 * Math.min(start[1], end[1])}%`;
    rubber.style.width = `${100 * Math.abs(start[0] - end[0])}%`;
    rubber.style.height = `${100 * Math.abs(start[1] - end[1])}%`;
  };
  const stop = (move) => {
    board.removeEventListener("pointermove", follow);
    rubber.remove();
    if (move.type === "pointerup") tell([...start, ...place(move)]);
  };
  event.preventDefault();
  board.setPointerCapture(event.pointerId);
  board.addEventListener("pointermove", follow);
  board.addEventListener("pointerup", stop, { once: true });
  board.addEventListener("pointercancel", stop, { once: true });
};
