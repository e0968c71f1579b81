// Where energy flows at the moment: between grid and meter, meter and loads, generators and house.

const SVG = "http://www.w3.org/2000/svg";

function make(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

const ICONS = {
  grid: ["M34 8 l-14 42 M34 8 l14 42 M24 38 h20 M27 26 h14 M20 16 h28 M24 38 l17 -12 M44 38 l-17 -12"],
  meter: ["M156 10 h28 v38 h-28 z M161 16 h18 v9 h-18 z", "M170 39 m-4.5 0 a4.5 4.5 0 1 0 9 0 a4.5 4.5 0 1 0 -9 0"],
  house: ["M288 48 v-20 l18 -15 18 15 v20 z M301 48 v-12 h10 v12"],
};
const LINES = { left: "M56 30 H148", right: "M192 30 H282" };

function build(svg) {
  for (const paths of Object.values(ICONS)) for (const d of paths) svg.append(make("path", { d, class: "icon" }));
  for (const [name, d] of Object.entries(LINES)) {
    svg.append(make("path", { d, class: "path" }), make("path", { d, class: "flow none", "data-line": name }));
  }
  for (const [name, x] of [["grid", 34], ["meter", 170], ["house", 306]]) svg.append(make("text", { x, y: 66, "data-text": name }));
  svg.append(make("text", { x: 306, y: 82, "data-text": "given", class: "given" }));
}

// Positive: to the right, drawn from the grid.
function direct(svg, line, watts) {
  const path = svg.querySelector(`[data-line=${line}]`);
  const state = Math.abs(watts) < 0.5 ? "none" : watts > 0 ? "in" : "out back";
  if (path.dataset.state === state) return;
  path.dataset.state = state;
  path.setAttribute("class", `flow ${state}`);
}

// watts: null without supply.
export function drawFlow(svg, watts, loads, text) {
  if (!svg.firstChild) build(svg);
  const given = loads.reduce((sum, load) => sum - Math.min(0, load.on ? load.p : 0), 0);
  const taken = loads.reduce((sum, load) => sum + Math.max(0, load.on ? load.p : 0), 0);
  const flows = watts ?? 0;
  direct(svg, "left", flows);
  direct(svg, "right", flows);
  const say = (name, what) => { const at = svg.querySelector(`[data-text=${name}]`); if (at.textContent !== what) at.textContent = what; };
  say("grid", watts === null ? "no supply" : "grid");
  say("meter", watts === null ? "–" : text(Math.abs(flows)));
  say("house", loads.length === 0 ? "" : text(taken));
  say("given", given > 0.5 ? `makes ${text(given)}` : "");
  const label = watts === null ? "Energy flow: no supply" : `Energy flow: ${text(Math.abs(flows))} ${flows < 0 ? "into" : "from"} the grid` +
    (loads.length ? `, loads ${text(taken)}` : "") + (given > 0.5 ? `, generators ${text(given)}` : "");
  if (svg.getAttribute("aria-label") !== label) svg.setAttribute("aria-label", label);
}
