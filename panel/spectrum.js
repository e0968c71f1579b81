// Harmonics: bars of orders 2 to 40 in percent of the fundamental, above them what EN 50160 allows a
// voltage to have, and the same as a table.

import { $, element, number } from "/page.js";
import { begin, colour, drawNothing, phaseColour, steadyScale } from "/charts.js";

const ORDERS = 40;

// Percent of the fundamental, 95 % of the ten-minute means of a week.
const ALLOWED_U = { 2: 2, 3: 5, 4: 1, 5: 6, 7: 5, 9: 1.5, 11: 3.5, 13: 3, 15: 0.5, 17: 2, 19: 1.5, 21: 0.5, 23: 1.5, 25: 1.5 };
for (let even = 6; even <= 24; even += 2) ALLOWED_U[even] = 0.5;

const percentages = (orders) => (orders === null || !(orders[0] > 0) ? null : orders.map((value) => (100 * value) / orders[0]));
const largest = (phases) => phases.reduce((most, row) => (row ? row.slice(1).reduce((a, b) => Math.max(a, b), most) : most), 0);

function grid(context, box, most, title) {
  context.strokeStyle = colour("line");
  context.fillStyle = colour("soft");
  context.lineWidth = 1;
  context.textAlign = "right";
  for (const share of [0, 0.5, 1]) {
    const y = Math.round(box.y + box.h * (1 - share)) + 0.5;
    context.beginPath();
    context.moveTo(box.x, y);
    context.lineTo(box.x + box.w, y);
    context.stroke();
    if (share > 0) context.fillText(`${+(most * share).toPrecision(3)} %`, box.x - 7, y + (share === 1 ? 8 : 4));
  }
  context.fillText(title, box.x - 7, box.y + box.h);
}

function bars(context, box, phases, most) {
  const pitch = box.w / (ORDERS - 1), room = Math.max(1, pitch - Math.max(1, pitch * 0.28)), width = room / phases.length;
  phases.forEach((row, phase) => {
    if (!row) return;
    context.fillStyle = phaseColour(phase + 1);
    for (let order = 2; order <= ORDERS; order++) {
      const height = Math.min(1, row[order - 1] / most) * box.h;
      if (height < 0.3) continue;
      context.fillRect(box.x + (order - 2) * pitch + phase * width + (pitch - room) / 2, box.y + box.h - height, Math.max(0.8, width), height);
    }
  });
}

function limits(context, box, most) {
  const pitch = box.w / (ORDERS - 1);
  context.fillStyle = colour("danger");
  for (const [order, percent] of Object.entries(ALLOWED_U)) {
    if (percent <= most) context.fillRect(box.x + (order - 2) * pitch + 1, box.y + box.h * (1 - percent / most) - 0.75, Math.max(2, pitch - 2), 1.5);
  }
}

function numbers(context, box, y) {
  const pitch = box.w / (ORDERS - 1), step = pitch > 11 ? 2 : pitch > 6 ? 4 : 8;
  context.fillStyle = colour("soft");
  context.textAlign = "center";
  for (let order = 3; order < ORDERS; order += step) context.fillText(String(order), box.x + (order - 1.5) * pitch, y);
}

// spectrum: rms values by phase and order, null where a phase has none.
function drawSpectrum(canvas, spectrum) {
  const { context, width, height } = begin(canvas);
  const left = 52, gap = 16, foot = 18, h = (height - gap - foot - 4) / 2;
  const panes = [["u", "U", 2], ["i", "I", 5]];
  panes.forEach(([key, title, least], i) => {
    const phases = spectrum[key].map(percentages);
    const box = { x: left, y: 3 + i * (h + gap), w: width - left - 2, h };
    const most = steadyScale(`spectrum-${key}`, largest(phases), least);
    grid(context, box, most, title);
    bars(context, box, phases, most);
    if (key === "u") limits(context, box, most);
    if (i === 1) numbers(context, box, height - 4);
  });
}

// Rows of text for a table: order, then U and I of each phase.
function spectrumRows(spectrum) {
  const phases = spectrum.u.map((_, phase) => phase);
  const rows = [];
  for (let order = 1; order <= ORDERS; order++) {
    const cells = [String(order)];
    for (const phase of phases) {
      for (const [key, unit, digits] of [["u", "V", 2], ["i", "A", 3]]) {
        const row = spectrum[key][phase], share = row ? percentages(row) : null;
        cells.push(!row ? "–" : order === 1 ? `${row[0].toFixed(digits)} ${unit}` : share ? `${share[order - 1].toFixed(2)} %` : "–");
      }
    }
    rows.push(cells);
  }
  return rows;
}

// ---- the card ----

let last = null; // null: there is no supply

export function showSpectrum(spectrum) {
  last = spectrum;
  if (!spectrum) {
    drawNothing($("spectrum"), "no supply");
    return;
  }
  drawSpectrum($("spectrum"), spectrum);
  const percent = (value) => (value === null ? "–" : `${number(value, 2)} %`);
  const said = spectrum.thd_u.map((u, i) => `L${i + 1}: THD of U ${percent(u)}, of I ${percent(spectrum.thd_i[i])}`);
  $("spectrum").setAttribute("aria-label", `Harmonics. ${said.join("; ")}`);
  $("thd").replaceChildren(...said.map((text, i) => {
    const dot = element("span", { class: "dot" });
    dot.style.background = phaseColour(i + 1);
    return element("span", {}, dot, text);
  }));
  if ($("orders-details").open) showOrders(spectrum);
}

function showOrders(spectrum) {
  const heads = spectrum.u.flatMap((_, i) => [`U L${i + 1}`, `I L${i + 1}`]);
  const head = element("tr", {}, ...["order", ...heads].map((text) => element("th", { scope: "col" }, text)));
  const rows = spectrumRows(spectrum).map((cells) => element("tr", {}, ...cells.map((text) => element("td", {}, text))));
  $("orders").replaceChildren(element("caption", { class: "hidden" }, "Harmonics of each phase"), head, ...rows);
}

export function controlSpectrum() {
  $("orders-details").addEventListener("toggle", () => last && showOrders(last));
}
