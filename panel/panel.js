import { $, element, get, number, post, power, powerText, token } from "/page.js";
import { Dots, Segments } from "/glass.js";
import { drawHours, drawNothing, drawPhasors, drawWaves, phaseColour } from "/charts.js";
import { drawFlow } from "/flow.js";
import { controlSpectrum, showSpectrum } from "/spectrum.js";
import { showProfile, showProfiles } from "/profiles.js";
import { controlWorld, showHand, showLoads, showSpeed, showTampers, showTerminals } from "/world.js";

const POINTS_HEX = 4; // digits of a point of a waveform
const LED_MS = 45, LED_DELAY_MS = 160; // all pulses are shown so late, each at its own instant

let meter = null, glass = null, last = null, slow = {}, history = null;

// ---- the meter ----

const DOTS_PRINT = [[0, "A"], [2, "ON"], [4, "O"], [5, "I"], [7, "P1"], [9, "MID"], [11, "NET"], [14, "SIGNAL"]];

// Terminals as DIN 43856 numbers them; the last ones are the neutral's.
const TERMINALS = { single: ["1", "3", "4", "6"], three: ["1", "3", "4", "6", "7", "9", "10", "12"], transformers: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "11"] };

function clamps() {
  const kind = meter.phases === 1 ? "single" : meter.title.includes("transformers") ? "transformers" : "three";
  const names = TERMINALS[kind], neutral = names.length - (kind === "transformers" ? 1 : 2);
  $("clamps").replaceChildren(...names.map((name, i) => element("span", i >= neutral ? { class: "n" } : {}, name)));
}

function printLegend() {
  $("print-top").replaceChildren();
  $("print-bottom").replaceChildren();
  if (meter.glass.kind !== "dots") return;
  const place = (column) => `${3.2 + (93.6 * (column * 6 + 2.5)) / 95}%`;
  const span = ([column, text]) => { const made = element("span", {}, text); made.style.left = place(column); return made; };
  $("print-top").replaceChildren(...[12, 13, 14, 15].map((column, i) => span([column, `T${i + 1}`])));
  $("print-bottom").replaceChildren(...DOTS_PRINT.map(span));
}

function plate() {
  const rows = [
    ["Serial", meter.serial], ["Frequency", `${meter.nominal_hz} Hz`],
    ["Voltage", meter.phases === 3 ? "3 x 230/400 V" : "230 V"],
    ["Current", meter.title.replace(/.* (\S+ A)$/, "$1")],
    ["Active", `${meter.pulses_per_kwh} imp/kWh`], ["Reactive", `${meter.pulses_per_kvarh} imp/kvarh`],
  ];
  $("plate").replaceChildren(...rows.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))));
  $("model").textContent = meter.product.toUpperCase();
  $("led-text-0").textContent = `${meter.pulses_per_kwh} imp/kWh`;
  $("led-text-1").textContent = `${meter.pulses_per_kvarh} imp/kvarh`;
}

// A page that came over plain HTTP from another machine may not write to the clipboard: there the
// address is selected, to be copied by hand.
async function copied(address, code) {
  try {
    await navigator.clipboard.writeText(address);
    return true;
  } catch {
    getSelection().selectAllChildren(code);
    return false;
  }
}

function ports() {
  const rows = meter.ports.map(({ name, address }) => {
    const copy = element("button", { type: "button", "aria-label": `Copy the address of ${name}` }, "copy");
    const code = element("code", { title: address }, address);
    copy.addEventListener("click", async () => {
      copy.textContent = (await copied(address, code)) ? "copied" : "selected";
      setTimeout(() => (copy.textContent = "copy"), 1200);
    });
    return element("li", {}, element("span", { class: "name" }, name), code, copy);
  });
  $("ports").replaceChildren(...(rows.length ? rows : [element("li", { class: "empty" }, "No port is open.")]));
}

function describe() {
  document.title = `${meter.product.toUpperCase()} – watthour`;
  $("where").textContent = meter.title;
  $("world-name").textContent = meter.world;
  glass = meter.glass.kind === "dots" ? new Dots($("glass"), meter.glass.font) : new Segments($("glass"), meter.glass);
  printLegend();
  plate();
  clamps();
  ports();
  if (!meter.waveforms) drawNothing($("waves"), "This meter lives on phasors: there are no waveforms.");
  $("spectrum-card").hidden = !meter.harmonics;
}

// ---- lights ----

const speed = () => (slow.speed > 0 ? slow.speed : 1);

function flash(output) {
  const led = $(`led-${output}`);
  led.classList.add("on");
  clearTimeout(led.timer);
  led.timer = setTimeout(() => led.classList.toggle("on", last && last.idle && last.supply), LED_MS);
}

function lights(message) {
  for (const [outputs, age] of message.pulses) {
    const wait = LED_DELAY_MS - age / speed();
    for (const output of [0, 1]) if ((outputs >> output) & 1) setTimeout(flash, Math.max(0, wait), output);
  }
  for (const output of [0, 1]) if (message.idle || !message.supply) $(`led-${output}`).classList.toggle("on", message.supply && message.idle);
  $("leds").setAttribute("aria-label", `Pulse lights: ${message.pulse_counts[0]} active, ${message.pulse_counts[1]} reactive pulses` + (message.idle ? ", no load" : ""));
}

// ---- buttons that can be held ----

function holdable(button, name) {
  let down = false;
  const set = (state) => {
    if (state === down) return;
    down = state;
    button.classList.toggle("down", state);
    post("/api/button", { button: name, down: state });
    if (!state) setTimeout(() => ($("said").textContent = glass.said()), 350);
  };
  button.addEventListener("pointerdown", (event) => { button.setPointerCapture(event.pointerId); set(true); });
  for (const name of ["pointerup", "pointercancel", "blur"]) button.addEventListener(name, () => set(false));
  const isKey = (event) => event.key === " " || event.key === "Enter";
  button.addEventListener("keydown", (event) => { if (isKey(event)) { event.preventDefault(); set(true); } });
  button.addEventListener("keyup", (event) => { if (isKey(event)) { event.preventDefault(); set(false); } });
  button.addEventListener("contextmenu", (event) => event.preventDefault());
}

// A seal that is broken stays so: the meter's case remembers it, for everybody who looks.
let broken = false; // here: a message that was under way may not know it yet

function seal() {
  $("seal").addEventListener("click", () => {
    broken = true;
    showSeal(false);
    post("/api/button", { seal: "broken" });
    $("button-service").focus();
    $("said").textContent = "The seal of the service button is broken.";
  });
}

function showSeal(sealed) {
  $("seal").classList.toggle("broken", !sealed);
  $("seal").disabled = !sealed;
  $("button-service").disabled = sealed;
}

// ---- values ----

function showPower(values) {
  const p = values ? values.p : null;
  const { text, unit } = p === null || p === undefined ? { text: "–", unit: "W" } : power(Math.abs(p));
  $("power").textContent = text;
  $("power-unit").textContent = unit;
  $("flow").textContent = !values ? "no supply" :
    `${p < 0 ? "fed in" : "drawn"} · cos φ ${number(Math.abs(values.pf), 3)} · ${number(values.f, 3)} Hz`;
  if (values) showRegisters(values);
  drawFlow($("energy"), p ?? null, slow.loads ?? [], powerText);
}

function showRegisters(values) {
  const rows = [["Active, import", "a+", "kWh"], ["Active, export", "a-", "kWh"], ["Reactive, import", "r+", "kvarh"], ["Reactive, export", "r-", "kvarh"]];
  $("registers").replaceChildren(...rows.map(([name, key, unit]) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, `${number(values[key] / 1000, 3)} ${unit}`))));
}

function showPhases(values) {
  const head = element("tr", {}, ...["", "V", "A", "W", "var"].map((text) => element("th", { scope: "col" }, text)));
  const rows = values["u.n"].map((u, i) => {
    const dot = element("span", { class: "dot" });
    dot.style.background = phaseColour(i + 1);
    const cells = [number(u, 2), number(values["i.n"][i], 3), number(values["p.n"][i], 1), number(values["q.n"][i], 1)];
    return element("tr", {}, element("td", {}, dot, `L${i + 1}`), ...cells.map((text) => element("td", {}, text)));
  });
  $("phases").replaceChildren(element("caption", { class: "hidden" }, "Values of the phases"), head, ...rows);
}

function showPhasors(values) {
  const rows = values["u.n"].map((u, i) => ({ u, i: values["i.n"][i], uu: values["angle-uu.n"][i], ui: values["angle-ui.n"][i] }));
  const most = drawPhasors($("phasors"), rows, meter.u_nominal_v);
  $("phasor-legend").textContent = `solid: U, circle ${number(meter.u_nominal_v, 0)} V · dashed: I, circle ${number(most, most < 1 ? 2 : 0)} A`;
  const said = rows.map((row, i) => `L${i + 1}: ${number(row.u, 1)} V, ${number(row.i, 2)} A` + (row.ui === null ? "" : ` lagging by ${number(row.ui, 0)} degrees`));
  $("phasors").setAttribute("aria-label", `Phasors. ${said.join("; ")}`);
}

function pointsOf(hex, fullScale) {
  const points = [];
  for (let at = 0; at < hex.length; at += POINTS_HEX) {
    const code = parseInt(hex.substr(at, POINTS_HEX), 16);
    points.push(((code > 32767 ? code - 65536 : code) / 32767) * fullScale);
  }
  return points;
}

function showWaves(wave) {
  const voltages = [], currents = [];
  wave.forEach((hex, channel) => (channel % 2 ? currents.push(pointsOf(hex, meter.i_full_scale_a)) : voltages.push(pointsOf(hex, meter.u_full_scale_v))));
  drawWaves($("waves"), voltages, currents);
}

// ---- what changes once a second ----

async function showTelegram() {
  if (!$("p1-details").open) return;
  const { enabled, encrypted, profile, text } = await get("/api/p1");
  $("p1-note").textContent = enabled === undefined ? "no supply" : `${profile}${encrypted ? ", encrypted on the line" : ""}${enabled ? "" : "; the port is off"}`;
  $("telegram").textContent = text.replaceAll("\r", "");
}

function showFlash(flash) {
  const rows = [
    ["Kept", flash.file ? "in a file" : "for this run only"],
    ["Erases, worst sector", `${flash.erases_most} of 100 000`],
    ["Erases, all", `${flash.erases} in ${flash.sectors} sectors`],
    ["Programmed", `${number(flash.programmed_octets / 1024, 1)} kB`],
  ];
  $("flash").replaceChildren(...rows.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))));
}

// What has happened while somebody looks lights up.
let seen = null;
const keyOf = (event) => `${event.log} ${event.number}`;
const fresh = (event) => seen !== null && !seen.has(keyOf(event));

function showEvents({ events }) {
  const rows = events.sort((a, b) => b.local_s - a.local_s || b.number - a.number).slice(0, 40).map((event) => {
    const when = new Date(event.local_s * 1000).toISOString();
    return element("li", { class: fresh(event) ? "new" : "" }, element("time", { datetime: when.slice(0, 19) }, `${when.slice(5, 10)} ${when.slice(11, 19)}`),
      element("span", {}, event.text[0].toUpperCase() + event.text.slice(1)), element("span", { class: "log" }, event.log));
  });
  seen = new Set([...(seen ?? []), ...events.map(keyOf)]);
  $("events").replaceChildren(...(rows.length ? rows : [element("li", { class: "empty" }, "Nothing has happened yet.")]));
}

function rateRow(name, wh, most, classes) {
  const bar = element("i");
  bar.style.width = `${most > 0 ? (100 * wh) / most : 0}%`;
  return element("div", { class: `rate ${classes}` }, element("b", {}, name), element("span", { class: "track" }, bar), element("span", { class: "num" }, `${number(wh / 1000, 3)} kWh`));
}

function showToday({ import_wh, export_wh }) {
  const most = Math.max(import_wh[0], export_wh[0], 1);
  const rows = [];
  for (let rate = 1; rate < import_wh.length; rate++) {
    if (import_wh[rate] > 0 || rate === slow.rate) rows.push(rateRow(`T${rate}`, import_wh[rate], most, rate === slow.rate ? "force" : ""));
  }
  for (let rate = 1; rate < export_wh.length; rate++) if (export_wh[rate] > 0) rows.push(rateRow(`T${rate} out`, export_wh[rate], most, "out"));
  rows.push(rateRow("all", import_wh[0], most, ""));
  $("today").replaceChildren(...rows);
}

function redrawHours() {
  if (!history || !last) return;
  const [hours, minutes] = last.clock.slice(11).split(":").map(Number);
  if (history.minutes_w.length === 0) drawNothing($("hours"), "The first minute is not over yet.");
  else drawHours($("hours"), history.minutes_w, { hours, minutes });
}

const NOTHING = { minutes: -1, events: -1, rows: -1, today: 0 };
let asked = NOTHING;
async function showSlow(message) {
  slow = message;
  showLoads(message.loads);
  showHand(message.hand);
  showFlash(message.flash);
  showSeal(message.sealed && !broken);
  showTampers(message.tampers);
  showTerminals(message.terminals);
  if (meter.harmonics) showSpectrum(message.spectrum);
  showSpeed(message);
  showTelegram().catch(() => {});
  if (message.minutes !== asked.minutes || Date.now() - asked.today > 5000) {
    asked = { ...asked, minutes: message.minutes, today: Date.now() };
    history = await get("/api/history");
    showToday(history.today);
    redrawHours();
  }
  if (message.events !== asked.events) {
    asked.events = message.events;
    showEvents(await get("/api/events"));
  }
  if (message.rows !== asked.rows) {
    asked.rows = message.rows;
    showProfiles((await get("/api/profiles")).profiles, message.speed);
  }
}

// ---- the moment ----

function show(message) {
  last = message;
  $("clock").textContent = message.clock;
  $("meter").classList.toggle("off", !message.supply);
  document.body.classList.toggle("unsupplied", !message.supply); // what it measured last is not of now
  $("glass").classList.toggle("lit", message.lit);
  $("glass").classList.toggle("dark", !message.lcd_on);
  if (glass.hex !== message.lcd) {
    glass.show(message.lcd);
    glass.hex = message.lcd;
    $("glass").setAttribute("aria-label", message.lcd_on ? `Display: ${glass.said()}` : "The display is dark");
  }
  lights(message);
  showPower(message.supply ? message.values : null);
  if (message.values) {
    showPhases(message.values);
    showPhasors(message.values);
  }
  if (message.wave) showWaves(message.wave);
  else if (meter.waveforms && !message.supply) drawNothing($("waves"), "no supply");
  if (message.loads) showSlow(message).catch(() => {});
}

// ---- being there ----

function linked(text, state) {
  const link = $("link");
  if (link.textContent !== text) link.textContent = text;
  link.className = `link ${state}`;
  document.body.classList.toggle("lost", state === "lost"); // what is shown is not of this moment
}

function look() {
  const query = token ? `?token=${encodeURIComponent(token)}` : "";
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/live${query}`, "watthour");
  socket.addEventListener("open", () => linked("live", "live"));
  socket.addEventListener("message", (event) => show(JSON.parse(event.data)));
  socket.addEventListener("close", () => {
    linked("connection lost, trying again", "lost");
    setTimeout(meet, 1500);
  });
}

// ---- colours ----

function themes() {
  const order = ["", "light", "dark"];
  const apply = (theme) => {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    $("theme").setAttribute("aria-label", `Colours: ${theme || "as the system"}`);
    redrawHours();
    if (meter) showProfile();
  };
  let theme = localStorage.getItem("theme") ?? "";
  apply(theme);
  $("theme").addEventListener("click", () => {
    theme = order[(order.indexOf(theme) + 1) % order.length];
    localStorage.setItem("theme", theme);
    apply(theme);
  });
}

function controls() {
  holdable($("button-scroll"), "scroll");
  holdable($("button-service"), "service");
  seal();
  controlWorld();
  controlSpectrum();
  $("profile").addEventListener("change", showProfile);
  addEventListener("resize", () => { redrawHours(); if (meter) showProfile(); });
}

// The meter that answers again after a while may be another one: nothing is taken over.
async function meet() {
  try {
    meter = await get("/api/meter");
  } catch (error) {
    linked(error.message || "no answer from the meter", "lost");
    setTimeout(meet, 3000);
    return;
  }
  [asked, seen, broken] = [NOTHING, null, false];
  describe();
  look();
}

$("p1-details").open = matchMedia("(min-width: 821px)").matches;
themes();
controls();
meet();
