"use strict";
(() => {
  const MOST_SHOWN = 200;
  const panel = document.getElementById("panel");
  const value = (cell) => (cell.dataset.value === undefined ? null : Number(cell.dataset.value));

  // A column is of numbers if no cell holds a word; its title stands above them, at the right.
  for (const table of document.querySelectorAll("table")) {
    const rows = [...table.tBodies[0].rows];
    table.querySelectorAll("thead th").forEach((title, k) => {
      if (rows.length && rows.every((row) => row.cells[k].classList.contains("number"))) title.classList.add("number");
    });
  }

  function sort(title) {
    const table = title.closest("table"), body = table.tBodies[0], k = title.cellIndex;
    const isNumeric = title.classList.contains("number");
    const before = title.getAttribute("aria-sort");
    const sign = before === null ? (isNumeric ? -1 : 1) : before === "ascending" ? -1 : 1;
    const compare = (a, b) => {
      const x = value(a.cells[k]), y = value(b.cells[k]);
      if (x !== null && y !== null) return sign * (x - y);
      if (x !== null || y !== null) return x === null ? 1 : -1; // what has no number comes last
      return sign * a.cells[k].textContent.localeCompare(b.cells[k].textContent, "en", { numeric: true });
    };
    body.append(...[...body.rows].sort(compare));
    for (const other of title.parentElement.cells) other.removeAttribute("aria-sort");
    title.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
  }

  function open(link) {
    const rows = link.dataset.records.split(" ").map((id) => document.getElementById(id));
    const copies = rows.slice(0, MOST_SHOWN).flatMap((row) => {
      const copy = row.cloneNode(true), below = document.createElement("tr");
      copy.removeAttribute("id");
      copy.hidden = false;
      below.append(copy.lastElementChild); // the command, which is wider than the panel
      below.cells[0].colSpan = copy.cells.length;
      return [copy, below];
    });
    const head = rows[0].closest("table").tHead.rows[0].cloneNode(true);
    head.lastElementChild.remove();
    for (const title of head.cells) title.textContent = title.textContent; // it sorts nothing here
    document.getElementById("panel-head").replaceChildren(head);
    document.getElementById("panel-rows").replaceChildren(...copies);
    const count = rows.length === 1 ? "the record" : `${rows.length.toLocaleString("en")} records`;
    document.getElementById("panel-title").textContent = `${link.textContent}: ${count} behind it`;
    const rest = rows.length - MOST_SHOWN;
    document.getElementById("panel-note").textContent = rest > 0 ? `and ${rest.toLocaleString("en")} more among all records` : "";
    panel.showModal();
  }

  // The address of a record opens the list that it is in.
  function follow() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const list = target && target.closest("details");
    if (!list) return;
    list.open = true;
    target.scrollIntoView({ block: "center", behavior: "instant" });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-records]"), button = event.target.closest("th button");
    if (button) sort(button.parentElement);
    if (event.target === panel) panel.close();
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link);
  });
  for (const input of document.querySelectorAll("input[type=search]")) {
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/);
      for (const row of input.closest("details").querySelector("tbody").rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
      }
    });
  }
  window.addEventListener("hashchange", follow);
  follow();
})();
