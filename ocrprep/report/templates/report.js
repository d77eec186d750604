// The list of pages, and the pages themselves, which are built when they are opened.

const pages = [...document.querySelectorAll("details.page")];

const build = (page) => {
  if (page.dataset.built) return;
  page.dataset.built = "yes";
  new PageDetails(page.querySelector(".body"), JSON.parse(page.querySelector("script").textContent));
};

for (const page of pages) {
  page.addEventListener("toggle", () => { if (page.open) build(page); });
  if (page.open) build(page);
}

const reveal = () => {
  const page = /^#page-\d+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
  if (!page) return;
  page.open = true;
  build(page);
  page.scrollIntoView();
  page.querySelector("summary").focus({ preventScroll: true });
};

window.addEventListener("hashchange", reveal);
document.addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest('a[href^="#page-"]');
  // The address does not change where it is that of this page already.
  if (link && link.getAttribute("href") === location.hash) reveal();
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hush(); });
reveal();

const sorted = (by) => {
  const rows = [...document.querySelectorAll("#pages tbody tr")];
  const value = (row) => {
    const told = row.getAttribute(`data-${by}`);
    if (by === "name") return told;
    return told === null ? Infinity : Number(told);
  };
  const compared = (one, two) => (one === two ? 0 : one < two ? -1 : 1);
  return rows.sort((one, two) => compared(value(one), value(two)) || compared(Number(one.dataset.number), Number(two.dataset.number)));
};

document.getElementById("order").addEventListener("change", (event) => {
  const rows = sorted(event.target.value);
  document.querySelector("#pages tbody").append(...rows);
  document.getElementById("details").append(...rows.map((row) => document.getElementById(`page-${row.dataset.number}`)));
});
