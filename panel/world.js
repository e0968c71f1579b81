// What surrounds the meter and can be reached into: loads, mains, covers and magnets, time.

import { $, element, number, post, powerText } from "/page.js";

// ---- loads ----

function loadRow(load) {
  const item = element("li", {}, element("span", { class: "name", title: load.name }, load.name), element("span", { class: "num" }));
  const group = element("span", { class: "switch", role: "group", "aria-label": load.name });
  for (const position of ["off", "auto", "on"]) {
    const button = element("button", { type: "button", "data-position": position }, position);
    button.addEventListener("click", () => post("/api/world", { load: load.name, position }));
    group.append(button);
  }
  item.append(group);
  return item;
}

let names = []; // of the loads

export function showLoads(loads) {
  names = loads.map((load) => load.name);
  const list = $("loads");
  if (list.children.length !== loads.length) list.replaceChildren(...loads.map(loadRow));
  loads.forEach((load, i) => {
    const item = list.children[i];
    item.className = load.p < -0.5 ? "gives" : load.on ? "on" : "";
    item.querySelector(".num").textContent = load.on ? powerText(load.p) : "";
    for (const button of item.querySelectorAll("button")) button.setAttribute("aria-pressed", button.dataset.position === load.position);
  });
  $("grid-controls").hidden = $("presets").hidden = loads.length === 0;
  if (loads.length === 0) list.replaceChildren(element("li", { class: "empty" }, "Nothing can be switched here."));
}

// ---- mains ----

export function showHand(hand) {
  $("cut").setAttribute("aria-pressed", hand.cut);
  $("cut").textContent = hand.cut ? "Mains back on" : "Cut the power";
  if (document.activeElement !== $("voltage")) $("voltage").value = hand.voltage[0] * 100;
  if (document.activeElement !== $("frequency")) $("frequency").value = hand.frequency_shift;
  outputs();
}

function outputs() {
  const hz = Number($("frequency").value);
  $("voltage-out").textContent = `${number(Number($("voltage").value), 1)} %`;
  $("frequency-out").textContent = `${hz < 0 ? "−" : "+"}${number(Math.abs(hz), 2)} Hz`;
}

// ---- covers and magnets ----

// What this meter can feel: its covers, magnets.
const TAMPERS = { terminal_cover: "open the terminal cover", meter_cover: "open the case", field: "hold a magnet to it", emf: "bring a strong field near" };

let felt = {}; // as it was told last

function tamper(name) {
  post("/api/world", { tamper: name, there: !felt[name] });
}

export function showTampers(tampers) {
  felt = tampers;
  const group = $("tampers"), names = Object.keys(tampers);
  group.hidden = names.length === 0;
  if (group.children.length !== names.length + 1) {
    group.replaceChildren(element("span", {}, "Tampering"), ...names.map((name) => {
      const button = element("button", { type: "button", "data-tamper": name }, TAMPERS[name]);
      button.addEventListener("click", () => tamper(name));
      return button;
    }));
  }
  for (const button of group.querySelectorAll("button")) button.setAttribute("aria-pressed", tampers[button.dataset.tamper]);
  $("cover").hidden = !("terminal_cover" in tampers);
  $("cover").setAttribute("aria-pressed", tampers.terminal_cover ?? false);
  $("cover").setAttribute("aria-label", tampers.terminal_cover ? "Terminal cover, open: close it" : "Terminal cover: break its seal and open it");
  $("meter").classList.toggle("magnetic", Boolean(tampers.field || tampers.emf));
  $("meter").classList.toggle("opened", Boolean(tampers.meter_cover));
}

// ---- terminals that can select a rate ----

let live = []; // whether each has voltage, as it was told last

export function showTerminals(terminals) {
  live = terminals;
  const group = $("terminals");
  group.hidden = terminals.length === 0;
  if (group.children.length !== terminals.length + 1) {
    group.replaceChildren(element("span", {}, "Tariff terminals"), ...terminals.map((_, n) => {
      const button = element("button", { type: "button" }, `${n + 1}`);
      button.addEventListener("click", () => post("/api/world", { terminal: n + 1, live: !live[n] }));
      return button;
    }));
  }
  group.querySelectorAll("button").forEach((button, n) => button.setAttribute("aria-pressed", terminals[n]));
}

// ---- time ----

// How fast it lives, and how fast it is really, where the machine does not reach that.
const SPEEDS = [1, 5, 20, 60, 300, 0];
const speedText = (factor) => (factor === 0 ? "as fast as it goes" : factor === 1 ? "real time" : `${factor} × real time`);
let paced = null;

function speeds(now) {
  const select = $("speed");
  const factors = SPEEDS.includes(now) ? SPEEDS : [now, ...SPEEDS];
  if (select.children.length !== factors.length) select.replaceChildren(...factors.map((factor) => element("option", { value: String(factor) }, speedText(factor))));
  if (document.activeElement !== select) select.value = String(now);
}

export function showSpeed(message) {
  speeds(message.speed);
  const now = performance.now();
  const factor = paced && message.speed === paced.speed && now > paced.now + 500 ? (message.utc_ms - paced.utc_ms) / (now - paced.now) : null;
  paced = { now, utc_ms: message.utc_ms, speed: message.speed };
  const short = factor !== null && (message.speed === 0 || factor < 0.9 * message.speed);
  $("pace").textContent = short ? `${number(factor, factor < 10 ? 1 : 0)} reached` : "";
}

// ---- hands ----

export function controlWorld() {
  $("cover").addEventListener("click", () => tamper("terminal_cover"));
  for (const id of ["voltage", "frequency"]) $(id).addEventListener("input", outputs);
  $("voltage").addEventListener("change", () => post("/api/world", { voltage: Number($("voltage").value) / 100 }));
  $("frequency").addEventListener("change", () => post("/api/world", { frequency_shift: Number($("frequency").value) }));
  $("dip").addEventListener("click", () => post("/api/world", { dip: 0.4, seconds: 0.5 }));
  $("cut").addEventListener("click", () => post("/api/world", { cut: $("cut").getAttribute("aria-pressed") !== "true" }));
  for (const button of $("presets").querySelectorAll("button")) {
    button.addEventListener("click", () => names.forEach((load) => post("/api/world", { load, position: button.dataset.position })));
  }
  $("speed").addEventListener("change", () => { post("/api/world", { speed: Number($("speed").value) }); $("speed").blur(); });
}
