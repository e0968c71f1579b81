// Small drawings on canvas: waveforms, phasors, power by the minute. There is too little here for a
// library, and none that Debian packages draws phasors.

export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export const phaseColour = (phase) => colour(`l${phase}`);

export function begin(canvas) {
  const scale = devicePixelRatio, width = canvas.clientWidth, height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = '11px system-ui, "DejaVu Sans", sans-serif';
  return { context, width, height };
}

// The next of 1, 2, 5, 10 .. that is no less.
export function niceCeiling(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  for (const step of [1, 2, 2.5, 5, 10]) if (step * power >= value * 0.999) return step * power;
  return 10 * power;
}

const short = (value) => (Math.abs(value) >= 1000 ? `${+(value / 1000).toPrecision(3)} k` : `${+value.toPrecision(3)} `);

// ---- waveforms ----

function pane(context, box, most, unit, title) {
  const middle = box.y + box.h / 2;
  context.strokeStyle = colour("line");
  context.lineWidth = 1;
  context.beginPath();
  for (const at of [-1, -0.5, 0, 0.5, 1]) {
    const y = Math.round(middle - (at * box.h) / 2) + 0.5;
    context.moveTo(box.x, y);
    context.lineTo(box.x + box.w, y);
  }
  for (let quarter = 0; quarter <= 8; quarter++) {
    const x = Math.round(box.x + (quarter * box.w) / 8) + 0.5;
    context.moveTo(x, box.y);
    context.lineTo(x, box.y + box.h);
  }
  context.stroke();
  context.fillStyle = colour("soft");
  context.textAlign = "right";
  context.fillText(`${short(most)}${unit}`, box.x - 7, box.y + 8);
  context.fillText("0", box.x - 7, middle + 4);
  context.fillText(title, box.x - 7, box.y + box.h);
}

function curve(context, box, points, most, stroke, lineWidth) {
  context.strokeStyle = stroke;
  context.lineWidth = lineWidth;
  context.lineJoin = "round";
  context.beginPath();
  points.forEach((value, i) => {
    const x = box.x + (i * box.w) / (points.length - 1);
    const y = box.y + box.h / 2 - (value / most) * (box.h / 2);
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  context.stroke();
}

// Keeps the scale while the curve fits well, so that it does not breathe.
const scales = {};
export function steadyScale(name, peak, least) {
  const wanted = niceCeiling(Math.max(peak * 1.05, least));
  const held = scales[name] ?? wanted;
  scales[name] = peak > held || peak < held * 0.3 ? wanted : held;
  return scales[name];
}

const peakOf = (rows) => rows.reduce((peak, row) => row.reduce((a, b) => Math.max(a, Math.abs(b)), peak), 0);

export function drawWaves(canvas, voltages, currents) {
  const { context, width, height } = begin(canvas);
  const left = 52, gap = 18, h = (height - gap - 4) / 2;
  const rows = [[voltages, "V", "u", 400, 2], [currents, "A", "i", 0.2, 1.7]];
  rows.forEach(([curves, unit, title, least, lineWidth], i) => {
    const box = { x: left, y: 2 + i * (h + gap), w: width - left - 2, h };
    const most = steadyScale(title, peakOf(curves), least);
    pane(context, box, most, unit, title);
    for (let phase = curves.length; phase >= 1; phase--) {
      curve(context, box, curves[phase - 1], most, phaseColour(phase), lineWidth);
    }
  });
}

export function drawNothing(canvas, why) {
  const { context, width, height } = begin(canvas);
  context.fillStyle = colour("soft");
  context.textAlign = "center";
  context.fillText(why, width / 2, height / 2);
}

// ---- phasors ----

function arrow(context, cx, cy, length, degrees, stroke, lineWidth, dashed) {
  const a = (degrees * Math.PI) / 180;
  const x = cx + length * Math.cos(a), y = cy - length * Math.sin(a);
  context.strokeStyle = context.fillStyle = stroke;
  context.lineWidth = lineWidth;
  context.setLineDash(dashed ? [4, 3] : []);
  context.beginPath();
  context.moveTo(cx, cy);
  context.lineTo(x, y);
  context.stroke();
  context.setLineDash([]);
  if (length < 9) return;
  context.beginPath();
  for (const [r, d] of [[0, 0], [9, 158], [9, -158]]) {
    context.lineTo(x + r * Math.cos(a + (d * Math.PI) / 180), y - r * Math.sin(a + (d * Math.PI) / 180));
  }
  context.fill();
}

// U of L1 points to the right, lagging turns clockwise. rows: {u, i, uu, ui} of each phase.
export function drawPhasors(canvas, rows, nominal) {
  const { context, width, height } = begin(canvas);
  const cx = width / 2, cy = height / 2, radius = Math.min(width, height) / 2 - 12;
  context.strokeStyle = colour("line");
  context.lineWidth = 1;
  for (const share of [1 / 3, 2 / 3, 1]) {
    context.beginPath();
    context.arc(cx, cy, radius * share, 0, 2 * Math.PI);
    context.stroke();
  }
  context.beginPath();
  for (let turn = 0; turn < 12; turn++) {
    const a = (turn * Math.PI) / 6;
    context.moveTo(cx + radius * 0.06 * Math.cos(a), cy + radius * 0.06 * Math.sin(a));
    context.lineTo(cx + radius * Math.cos(a), cy + radius * Math.sin(a));
  }
  context.stroke();
  const most = niceCeiling(Math.max(0.1, ...rows.map((row) => row.i)));
  rows.forEach((row, i) => {
    if (row.uu === null) return;
    const stroke = phaseColour(i + 1);
    arrow(context, cx, cy, radius * 0.94 * Math.min(1.06, row.u / nominal), -row.uu, stroke, 2.4, false);
    if (row.ui !== null) arrow(context, cx, cy, (radius * 0.94 * row.i) / most, -row.uu - row.ui, stroke, 1.8, true);
  });
  return most;
}

// ---- power by the minute ----

export function drawHours(canvas, minutes, clock) {
  const { context, width, height } = begin(canvas);
  const left = 52, bottom = 20, box = { x: left, y: 6, w: width - left - 4, h: height - bottom - 8 };
  const values = minutes.filter((value) => value !== null);
  const most = Math.max(0, ...values), least = Math.min(0, ...values);
  const down = least < 0 ? niceCeiling(-least) : 0;
  const up = most > 0 || down === 0 ? niceCeiling(Math.max(most, down > 0 ? 0.02 * down : 100)) : 0;
  const span = Math.max(60, minutes.length);
  const x = (i) => box.x + ((i + span - minutes.length) * box.w) / span;
  const y = (value) => box.y + ((up - value) * box.h) / (up + down);
  context.strokeStyle = colour("line");
  context.fillStyle = colour("soft");
  context.lineWidth = 1;
  context.textAlign = "right";
  const marks = down === 0 ? [up, up / 2, 0] : up > 0.2 * down ? [up, 0, -down] : [0, -down / 2, -down];
  for (const value of marks) {
    context.beginPath();
    context.moveTo(box.x, Math.round(y(value)) + 0.5);
    context.lineTo(box.x + box.w, Math.round(y(value)) + 0.5);
    context.stroke();
    context.fillText(`${short(value)}W`, box.x - 7, y(value) + 4);
  }
  const bar = Math.max(1, box.w / span - (box.w / span > 4 ? 1 : 0));
  minutes.forEach((value, i) => {
    if (value === null) return;
    context.fillStyle = colour(value < 0 ? "export" : "import");
    context.fillRect(x(i), Math.min(y(0), y(value)), bar, Math.max(0.6, Math.abs(y(value) - y(0))));
  });
  hourMarks(context, box, height, span, clock);
}

// Full hours (quarters while there is little) below, counted back from now.
function hourMarks(context, box, height, span, clock) {
  const step = span <= 90 ? 15 : span <= 360 ? 60 : 180;
  const now = clock.hours * 60 + clock.minutes;
  context.fillStyle = colour("soft");
  context.textAlign = "center";
  for (let ago = now % step; ago < span - 4; ago += step) {
    const minute = (((now - ago) % 1440) + 1440) % 1440;
    const text = `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
    const at = box.x + ((span - ago) * box.w) / span;
    if (at < box.x + box.w - 14) context.fillText(text, at, height - 5);
  }
}

// ---- rows of a profile ----

// A bar for each row above the line, and of `below` under it; null: there is none. The largest value.
export function drawBars(canvas, times, bars, below, unit) {
  const { context, width, height } = begin(canvas);
  const box = { x: 60, y: 6, w: width - 64, h: height - 28 };
  const largest = bars.reduce((most, value) => Math.max(most, value ?? 0), 0);
  const lowest = (below ?? []).reduce((most, value) => Math.max(most, value ?? 0), 0);
  const up = largest > 0 || lowest === 0 ? niceCeiling(Math.max(largest, 1e-3)) : 0;
  const down = lowest > 0 ? niceCeiling(lowest) : 0;
  const y = (value) => box.y + ((up - value) * box.h) / (up + down);
  context.strokeStyle = colour("line");
  context.fillStyle = colour("soft");
  context.lineWidth = 1;
  context.textAlign = "right";
  for (const value of new Set([up, down > 0 ? 0 : up / 2, -down])) {
    context.beginPath();
    context.moveTo(box.x, Math.round(y(value)) + 0.5);
    context.lineTo(box.x + box.w, Math.round(y(value)) + 0.5);
    context.stroke();
    context.fillText(`${short(value)}${unit}`, box.x - 7, y(value) + 4);
  }
  const slots = Math.max(24, bars.length), pitch = box.w / slots;
  const x = (i) => box.x + (slots - bars.length + i) * pitch;
  const bar = Math.max(1, pitch - (pitch > 3 ? Math.min(2, pitch * 0.25) : 0));
  const fill = (value, i, name) => {
    context.fillStyle = colour(name);
    context.fillRect(x(i), Math.min(y(0), y(value)), bar, Math.max(0.6, Math.abs(y(value) - y(0))));
  };
  bars.forEach((value, i) => { if (value !== null) fill(value, i, "import"); });
  (below ?? []).forEach((value, i) => { if (value > 0) fill(-value, i, "export"); });
  timeMarks(context, box, height, times, (i) => x(i) + bar);
  return largest;
}

// The ends of rows, as many as there is room for; the day where it is a new one.
function timeMarks(context, box, height, times, x) {
  const room = 78;
  let last = -Infinity, day = "";
  context.fillStyle = colour("soft");
  context.textAlign = "center";
  times.forEach((seconds, i) => {
    const text = new Date(seconds * 1000).toISOString();
    const whole = seconds % 3600 === 0 || times.length < 12;
    if (!whole || x(i) - last < room || x(i) > box.x + box.w - 12 || x(i) < box.x + 16) return;
    const date = text.slice(5, 10);
    context.fillText(date === day ? text.slice(11, 16) : `${date} ${text.slice(11, 16)}`, x(i), height - 5);
    last = x(i);
    day = date;
  });
}
