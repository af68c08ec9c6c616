"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const element = (id) => document.getElementById(id);
  const number = (value) => value.toLocaleString("en-US");
  const names = data.names, steps = data.steps, last = steps.length, count = names.length;
  const isDrawn = data.places !== null;
  const ROWS = 15, SVG = "http://www.w3.org/2000/svg";
  const DASHES = ["6 4", "2 3", "9 3 2 3", "4 2"];
  let now = 0, timer = null, rest = null;

  const totals = [0];
  for (const [, cost] of steps) totals.push(totals[totals.length - 1] + cost);
  const stepOf = new Map(steps.map(([vertex], k) => [vertex, k + 1]));
  const highest = steps.reduce((most, step) => Math.max(most, step[1]), 1);

  function make(parent, tag, attributes = {}) {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    return parent.appendChild(node);
  }

  // The graph: paths of edges below, vertices above.
  const graph = element("graph"), paths = {}, circles = [];
  let label = null, spots = [];
  if (isDrawn) {
    for (const kind of ["live", "removed", "joined", "added"]) paths[kind] = make(graph, "path", { class: kind });
    for (let v = 0; v < count; v++) {
      const circle = make(graph, "circle");
      make(circle, "title").textContent = `${data.kinds[v]} ${v}: ${names[v]} ${data.shapes[v]}`;
      if (stepOf.has(v)) circle.addEventListener("click", () => show(stepOf.get(v)));
      circles.push(circle);
    }
    label = make(graph, "text", { class: "now" });
  } else {
    graph.remove();
    element("graph-legend").remove();
    element("undrawn").hidden = false;
    element("undrawn").textContent = `This graph has ${number(count)} vertices, too many to be drawn; its costs and steps are below.`;
  }

  function place() {
    if (!isDrawn) return;
    const width = graph.clientWidth, height = graph.clientHeight, margin = 16;
    graph.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const [beside, below] = data.gaps.map((gap, axis) => (gap * ((axis ? height : width) - 2 * margin)) / 1000);
    const radius = Math.max(2, Math.min(7.5, 0.5 * beside, 0.46 * below, 0.3 * Math.sqrt((width * height) / count)));
    spots = circles.map((circle, v) => {
      const x = margin + (data.places[2 * v] / 1000) * (width - 2 * margin);
      const y = margin + (data.places[2 * v + 1] / 1000) * (height - 2 * margin);
      circle.setAttribute("cx", x);
      circle.setAttribute("cy", y);
      circle.setAttribute("r", radius);
      circle.style.strokeWidth = radius < 4 ? 0.4 : 1.2;
      return [x, y];
    });
  }

  function curve(key) {
    const u = Math.floor(key / count), w = key % count;
    const [x, y] = spots[u], [right, bottom] = spots[w];
    const middle = (x + right) / 2, bow = ((u + w) % 2 ? 1 : -1) * Math.min(60, 0.09 * (right - x));
    const form = (value) => value.toFixed(1), inside = (value) => form(Math.max(2, Math.min(graph.clientHeight - 2, value)));
    return `M${form(x)} ${form(y)}C${form(middle)} ${inside(y + bow)} ${form(middle)} ${inside(bottom + bow)} ${form(right)} ${form(bottom)}`;
  }

  // Which edges are live after some steps: played on from where it was, or again from the start.
  const keys = (flat) => Array.from({ length: flat.length / 2 }, (_, k) => flat[2 * k] * count + flat[2 * k + 1]);
  let live = new Set(), done = -1, removed = [];
  function playTo(k) {
    if (done < 0 || k < done) {
      live = new Set(keys(data.edges));
      done = 0;
    }
    removed = [];
    for (; done < k; done++) {
      const added = data.changes[done][0], vertex = steps[done][0];
      removed = [...live].filter((key) => key % count === vertex || Math.floor(key / count) === vertex);
      for (const key of removed) live.delete(key);
      for (const key of keys(added)) live.add(key);
    }
  }

  function drawGraph(k) {
    if (!isDrawn) return;
    if (k === done && k > 0) done = -1; // played again, to know the edges that went with the vertex
    playTo(k);
    const added = new Set(k ? keys(data.changes[k - 1][0]) : []);
    const joined = new Set(k ? keys(data.changes[k - 1][1]) : []);
    const plain = [...live].filter((key) => !added.has(key) && !joined.has(key));
    paths.live.setAttribute("d", plain.map(curve).join(""));
    paths.live.style.opacity = Math.max(0.2, Math.min(0.75, 9 / Math.sqrt(plain.length + 1)));
    paths.removed.setAttribute("d", removed.map(curve).join(""));
    paths.joined.setAttribute("d", [...joined].map(curve).join(""));
    paths.added.setAttribute("d", [...added].map(curve).join(""));
    circles.forEach((circle, v) => {
      const at = stepOf.get(v);
      const kind = data.kinds[v] === "eliminable" ? (at === undefined || at > k ? "left" : at === k ? "now" : "gone") : data.kinds[v];
      circle.setAttribute("class", kind);
    });
    label.textContent = "";
    if (k) {
      const vertex = steps[k - 1][0], [x, y] = spots[vertex], isRight = x > graph.clientWidth * 0.75;
      label.textContent = `${vertex} ${names[vertex]}`;
      label.setAttribute("text-anchor", isRight ? "end" : "start");
      label.setAttribute("x", x + (isRight ? -12 : 12));
      label.setAttribute("y", y < 30 ? y + 22 : y - 10);
    }
  }

  // Charts share an x axis: step k ends at x(k).
  const left = 6, right = 6;
  const across = (chart) => (k) => left + ((chart.clientWidth - left - right) * k) / Math.max(1, last);

  function barPath(from, to, x, height) {
    const gap = x(1) - x(0) >= 5 ? 1 : 0;
    const together = Math.max(1, Math.ceil(1 / (x(1) - x(0)))); // where bars are thinner than a pixel: the highest of some
    let path = "";
    for (let k = from; k < to; k += together) {
      const end = Math.min(to, k + together);
      let cost = 0;
      for (let step = k; step < end; step++) cost = Math.max(cost, steps[step][1]);
      const top = height - ((height - 16) * cost) / highest;
      path += `M${x(k).toFixed(1)} ${height}V${top.toFixed(1)}H${(x(end) - gap).toFixed(1)}V${height}z`;
    }
    return path;
  }

  // What a step does not change is drawn once for a width: all bars, and again those behind in a window.
  let behind = null, bar = null, cursor = null, point = null;

  function drawBars() {
    const chart = element("bars"), width = chart.clientWidth, height = chart.clientHeight - 2, x = across(chart);
    chart.setAttribute("viewBox", `0 0 ${width} ${chart.clientHeight}`);
    chart.replaceChildren();
    const bars = barPath(0, last, x, height);
    make(chart, "path", { class: "ahead", d: bars });
    behind = make(chart, "svg", { height: chart.clientHeight });
    make(behind, "path", { class: "past", d: bars });
    bar = make(chart, "path", { class: "bar" });
    make(chart, "path", { class: "axis", d: `M${left} ${height}H${width - right}` });
    make(chart, "text", { x: left, y: 11 }).textContent = `highest ${number(highest)}`;
  }

  const rivals = Object.entries(data.rivals);
  const own = totals[last] || 1;
  const ceiling = 1.06 * Math.max(own, ...rivals.map(([, sums]) => sums[sums.length - 1]).filter((sum) => sum <= 2.5 * own));

  const rise = (sum, height) => height - (Math.min(sum, 1.5 * ceiling) / ceiling) * height;

  function drawTotals() {
    const chart = element("totals"), height = chart.clientHeight - 2, x = across(chart);
    const line = (sums) => "M" + sums.map((sum, step) => `${x(step).toFixed(1)} ${rise(sum, height).toFixed(1)}`).join("L");
    chart.setAttribute("viewBox", `0 0 ${chart.clientWidth} ${chart.clientHeight}`);
    chart.replaceChildren();
    make(chart, "path", { class: "axis", d: `M${left} ${height}H${chart.clientWidth - right}` });
    rivals.forEach(([name, sums], rank) => {
      const path = make(chart, "path", { class: "rival", d: line([0, ...sums]), "stroke-dasharray": DASHES[rank % 4] });
      path.style.stroke = `var(--${name})`;
    });
    make(chart, "path", { class: "order", d: line(totals) });
    cursor = make(chart, "path", { class: "cursor", "stroke-dasharray": "3 3" });
    point = make(chart, "circle", { class: "now", r: 4.5 });
  }

  function moveCharts(k) {
    const x = across(element("bars")), height = element("totals").clientHeight - 2;
    behind.setAttribute("width", x(k));
    bar.setAttribute("d", k ? barPath(k - 1, k, x, element("bars").clientHeight - 2) : "");
    cursor.setAttribute("d", `M${x(k).toFixed(1)} 0V${height}`);
    point.setAttribute("cx", x(k));
    point.setAttribute("cy", rise(totals[k], height));
  }

  function listRivals() {
    const list = element("rivals");
    const add = (name, sum, stroke, dash, note) => {
      const item = list.appendChild(document.createElement("li"));
      const path = make(make(item, "svg", { viewBox: "0 0 26 8", "aria-hidden": "true" }), "path", { d: "M0 4H26", "stroke-width": 2.4, "stroke-dasharray": dash });
      path.style.stroke = stroke;
      item.append(`${name} `);
      item.appendChild(document.createElement("b")).textContent = number(sum);
      item.append(note);
    };
    add("this order", totals[last], "var(--now)", "none", "");
    rivals.forEach(([name, sums], rank) => {
      const sum = sums[sums.length - 1] || 0, share = Math.round((100 * (sum - own)) / own);
      const note = ` (${share > 0 ? "+" : share < 0 ? "−" : "±"}${number(Math.abs(share))} %${sum > ceiling ? ", beyond the chart" : ""})`;
      add(name, sum, `var(--${name})`, DASHES[rank % 4], note);
    });
  }

  function drawTable(k) {
    const from = Math.max(1, Math.min(k - (ROWS >> 1), last - ROWS + 1)), to = Math.min(last, from + ROWS - 1);
    const rows = [];
    for (let step = from; step <= to; step++) {
      const [vertex, cost, edges, added] = steps[step - 1], row = document.createElement("tr");
      for (const cell of [step, vertex, names[vertex], cost, totals[step], added, edges]) {
        row.appendChild(document.createElement("td")).textContent = typeof cell === "number" ? number(cell) : cell;
      }
      if (step === k) row.setAttribute("aria-current", "step");
      row.addEventListener("click", () => show(step));
      rows.push(row);
    }
    element("rows").replaceChildren(...rows);
    element("window").textContent = last ? `Steps ${number(from)} to ${number(to)} of ${number(last)}; the table follows the step.` : "";
  }

  function show(step, isQuiet = false) { // quiet: not by the reader's doing, so neither said nor kept in the address
    now = Math.max(0, Math.min(last, Math.round(step) || 0));
    const [vertex, cost, edges, added] = now ? steps[now - 1] : [null, 0, data.num_edges, 0];
    drawGraph(now);
    moveCharts(now);
    drawTable(now);
    element("step").textContent = number(now);
    element("vertex").textContent = vertex === null ? "–" : number(vertex);
    element("name").textContent = vertex === null ? "" : `${names[vertex]} ${data.shapes[vertex]}`;
    element("cost").textContent = number(cost);
    element("total").textContent = number(totals[now]);
    element("edges").textContent = number(edges);
    element("gain").textContent = added ? `${number(added)} new` : "";
    const said = vertex === null ? `Step 0 of ${last}` : `Step ${now} of ${last}: vertex ${vertex}, ${names[vertex]}, cost ${cost}, total ${totals[now]}`;
    element("slider").value = now;
    element("slider").setAttribute("aria-valuetext", said);
    if (isQuiet) return;
    clearTimeout(rest);
    if (timer !== null) return;
    rest = setTimeout(() => { // browsers refuse an address that changes many times a second
      element("status").textContent = element("slider").getAttribute("aria-valuetext");
      history.replaceState(null, "", `#step=${now}`);
    }, 250);
  }

  function pause() {
    clearTimeout(timer);
    timer = null;
    element("play-icon").setAttribute("d", "M7 4.500v15L19 12z");
    element("play").setAttribute("aria-label", "Play");
    show(now);
  }

  function play() {
    if (!last) return;
    const delay = () => Math.max(30, Math.min(500, 20000 / last)) / Number(element("speed").value);
    const tick = () => {
      if (now >= last) return pause();
      timer = setTimeout(tick, delay());
      show(now + 1);
    };
    element("play-icon").setAttribute("d", "M6 5h4v14H6zM14 5h4v14h-4z");
    element("play").setAttribute("aria-label", "Pause");
    timer = setTimeout(tick, delay());
    show(now >= last ? 0 : now);
  }

  const go = (step) => { if (timer !== null) pause(); show(step); };
  const toggle = () => (timer === null ? play() : pause());
  element("first").addEventListener("click", () => go(0));
  element("back").addEventListener("click", () => go(now - 1));
  element("play").addEventListener("click", toggle);
  element("next").addEventListener("click", () => go(now + 1));
  element("last").addEventListener("click", () => go(last));
  element("slider").addEventListener("input", (event) => go(Number(event.target.value)));

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest?.("select")) return;
    const isButton = event.target.closest?.("button, summary");
    const moves = { ArrowLeft: () => go(now - 1), ArrowRight: () => go(now + 1), Home: () => go(0), End: () => go(last) };
    if (event.key === " " && !isButton) moves[" "] = toggle;
    if (!moves[event.key]) return;
    event.preventDefault();
    moves[event.key]();
  });

  for (const chart of [element("bars"), element("totals")]) {
    const seek = (event) => {
      const box = chart.getBoundingClientRect();
      go(Math.ceil(((event.clientX - box.left - left) / (box.width - left - right)) * last));
    };
    chart.addEventListener("pointerdown", (event) => { chart.setPointerCapture(event.pointerId); seek(event); });
    chart.addEventListener("pointermove", (event) => { if (event.buttons) seek(event); });
  }

  // #step=17 opens at a step, #play plays from the start.
  function follow() {
    const wanted = /step=(\d+)/.exec(location.hash);
    if (location.hash === "#play") { now = 0; play(); } else show(wanted ? Number(wanted[1]) : 0, true);
  }

  element("slider").max = last;
  element("steps").textContent = number(last);
  element("unit").textContent = data.unit;
  const draw = () => { place(); drawBars(); drawTotals(); };
  listRivals();
  draw();
  follow();
  window.addEventListener("hashchange", follow);
  new ResizeObserver(() => { draw(); show(now, true); }).observe(document.querySelector("main"));
})();
