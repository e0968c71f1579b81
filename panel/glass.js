// The glass of the meter, drawn from its frame buffer: nothing here knows what it says.

const COLUMNS = 16, LINES = 3, ROWS = 8, PITCH_X = 6, PITCH_Y = 9.6;

function bytesOf(hex) {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(hex.substr(2 * i, 2), 16);
  return bytes;
}

// ---- dots ----

export class Dots {
  constructor(box, font) {
    this.canvas = document.createElement("canvas");
    box.replaceChildren(this.canvas);
    this.glyphs = new Map(Object.entries(font).map(([code, hex]) => [hex, Number(code)]));
    this.bytes = new Uint8Array(COLUMNS * LINES * ROWS);
    new ResizeObserver(() => this.paint()).observe(box);
  }

  show(hex) {
    this.hex = hex;
    this.bytes = bytesOf(hex);
    this.paint();
  }

  paint() {
    const width = Math.round(this.canvas.clientWidth * devicePixelRatio);
    if (width === 0) return;
    const unit = width / (COLUMNS * PITCH_X - 1);
    this.canvas.width = width;
    this.canvas.height = Math.round(unit * (LINES * PITCH_Y - 1.6));
    const context = this.canvas.getContext("2d");
    const size = unit * 0.86;
    for (const lit of [false, true]) {
      context.fillStyle = lit ? "rgba(24,32,22,.93)" : "rgba(24,32,22,.055)";
      this.eachDot((x, y, on) => {
        if (on === lit) context.fillRect(x * unit, y * unit, size, size);
      });
    }
  }

  eachDot(call) {
    for (let i = 0; i < this.bytes.length; i++) {
      const place = Math.floor(i / ROWS);
      const x0 = (place % COLUMNS) * PITCH_X;
      const y = Math.floor(place / COLUMNS) * PITCH_Y + (i % ROWS);
      for (let dot = 0; dot < 5; dot++) call(x0 + dot, y, ((this.bytes[i] >> (4 - dot)) & 1) === 1);
    }
  }

  // What the dots say, read back by the font: for those who cannot see them.
  lines() {
    const lines = [];
    for (let line = 0; line < LINES; line++) {
      let text = "";
      for (let column = 0; column < COLUMNS; column++) {
        const at = 2 * ROWS * (line * COLUMNS + column);
        const code = this.glyphs.get((this.hex || "").substr(at, 2 * ROWS));
        text += code === undefined ? "?" : code < 32 ? "\u00b7" : String.fromCharCode(code);
      }
      lines.push(text);
    }
    return lines;
  }

  said() {
    const [id, value] = this.lines();
    return `${id.replace(/\u00b7/g, "").trim()}: ${value.trim()}`;
  }
}

// ---- segments ----

const SVG = "http://www.w3.org/2000/svg";
const DIGITS = { 0x3f: "0", 0x06: "1", 0x5b: "2", 0x4f: "3", 0x66: "4", 0x6d: "5", 0x7d: "6", 0x07: "7", 0x7f: "8", 0x6f: "9", 0x40: "-", 0x00: " ",
  0x77: "A", 0x7c: "b", 0x39: "C", 0x58: "c", 0x5e: "d", 0x79: "E", 0x71: "F", 0x3d: "G", 0x76: "H", 0x74: "h", 0x30: "I", 0x10: "i", 0x1e: "J", 0x75: "k", 0x38: "L", 0x55: "M", 0x37: "N", 0x54: "n", 0x5c: "o", 0x73: "P", 0x67: "q", 0x50: "r", 0x78: "t", 0x3e: "U", 0x1c: "u", 0x6a: "W", 0x6e: "y" };

function make(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text) element.textContent = text;
  return element;
}

// Segments a..g of a digit of width w and height h, t thick, and its point.
function digitShapes(w, h, t) {
  const g = t * 0.14, m = h / 2;
  const across = (y) => `M${t * 0.55 + g} ${y} l${t / 2} ${-t / 2} H${w - t - g * 1.2} l${t / 2} ${t / 2} l${-t / 2} ${t / 2} H${t * 1.05 + g} z`;
  const down = (x, y0, y1) => `M${x} ${y0 + g} l${t / 2} ${t / 2} V${y1 - t / 2 - g} l${-t / 2} ${t / 2} l${-t / 2} ${-t / 2} V${y0 + t / 2 + g} z`;
  const left = t / 2, right = w - t / 2, top = t / 2, bottom = h - t / 2;
  return [across(top), down(right, top, m), down(right, m, bottom), across(bottom),
    down(left, m, bottom), down(left, top, m), across(m)];
}

export class Segments {
  constructor(box, glass) {
    this.from = glass.symbols_from;
    this.names = glass.symbols;
    this.parts = [];
    const svg = make("svg", { viewBox: "0 0 620 232", "aria-hidden": "true" });
    this.root = svg;
    this.digits(svg, 64, 6, 8, 8, 27, 45, 6.2, 33);
    this.digits(svg, 112, 1, 262, 8, 27, 45, 6.2, 33, "T");
    this.digits(svg, 0, 8, 10, 76, 50, 96, 11, 60);
    this.symbols(svg);
    box.replaceChildren(svg);
  }

  add(segment, element) {
    element.classList.add("seg");
    element.dataset.segment = segment;
    this.parts[segment] = element;
    return element;
  }

  digits(svg, from, count, x, y, w, h, t, pitch, label) {
    const group = make("g", { transform: `translate(${x + h * 0.07} ${y}) skewX(-4)` });
    for (let n = 0; n < count; n++) {
      const digit = make("g", { transform: `translate(${n * pitch} 0)` });
      digitShapes(w, h, t).forEach((d, i) => digit.append(this.add(from + 8 * n + i, make("path", { d }))));
      const point = label ? make("text", { x: -17, y: h - 2, "font-size": 22 }, label)
        : make("circle", { cx: w + (pitch - w) / 2, cy: h - t * 0.5, r: t * 0.52 });
      digit.append(this.add(from + 8 * n + 7, point));
      group.append(digit);
    }
    svg.append(group);
  }

  text(name, x, y, size, text) {
    this.symbol(name, make("text", { x, y, "font-size": size }, text));
  }

  path(name, d) {
    this.symbol(name, make("path", { d, "fill-rule": "evenodd" }));
  }

  symbol(name, element) {
    const index = this.names.indexOf(name);
    if (index >= 0) this.root.append(this.add(this.from + index, element));
  }

  symbols(svg) {
    this.units();
    this.phases();
    this.cross(572, 46, 36);
    this.marks();
  }

  units() {
    this.text("k", 500, 150, 27, "k");
    this.text("W", 516, 150, 27, "W");
    this.text("V", 500, 118, 25, "V");
    this.text("A", 520, 118, 25, "A");
    this.text("r", 541, 118, 25, "r");
    this.text("h", 547, 150, 27, "h");
    this.text("Hz", 572, 118, 23, "Hz");
    this.text("degree", 576, 156, 27, "°");
  }

  phases() {
    for (let phase = 1; phase <= 3; phase++) {
      const x = 318 + (phase - 1) * 70;
      this.text(`L${phase}`, x, 44, 24, `L${phase}`);
      this.path(`L${phase}export`, `M${x + 33} 36 l12 -9 v6 h14 v6 h-14 v6 z`);
    }
  }

  cross(cx, cy, r) {
    this.path("cross", `M${cx - r} ${cy - 1.3} h${2 * r} v2.6 h${-2 * r} z M${cx - 1.3} ${cy - r} h2.6 v${2 * r} h-2.6 z`);
    const quadrant = (name, sx, sy) => this.path(name,
      `M${cx + 5 * sx} ${cy - 5 * sy} h${(r - 11) * sx} a${r - 11} ${r - 11} 0 0 ${sx * sy > 0 ? 0 : 1} ${-(r - 11) * sx} ${-(r - 11) * sy} z`);
    quadrant("QI", 1, 1); quadrant("QII", -1, 1); quadrant("QIII", -1, -1); quadrant("QIV", 1, -1);
  }

  marks() {
    const y = 192;
    this.path("import", `M10 ${y + 14} h24 v-9 l18 15 -18 15 v-9 h-24 z`);
    this.path("export", `M104 ${y + 14} h-24 v-9 l-18 15 18 15 v-9 h24 z`);
    this.text("MID", 120, y + 28, 20, "MID");
    this.path("message", `M170 ${y + 8} h34 v24 h-34 z m3 3 v18 h28 v-18 l-14 10 z`);
    this.path("clock", `M232 ${y + 4} a16 16 0 1 0 .1 0 z m0 3.4 a12.6 12.6 0 1 1 -.1 0 z m-1.6 3.6 h3.2 v9 h7 v3.2 h-10.2 z`);
    this.path("battery", `M262 ${y + 10} h30 v6 h4 v8 h-4 v6 h-30 z m3.4 3.4 v13.2 h23.2 v-13.2 z m2.6 2.6 h9 v8 h-9 z`);
    this.path("open", `M310 ${y + 21} h12 l18 -13 2 2.6 -18 13 h-14 z m34 0 h10 v3 h-10 z`);
    this.path("closed", `M364 ${y + 21} h44 v3 h-44 z m14 -5 h3 v13 h-3 z m14 0 h3 v13 h-3 z`);
    this.text("P1", 420, y + 28, 20, "P1");
    this.path("net", `M458 ${y + 12} l9 9 9 -9 2.4 2.2 -9.8 10 v10 h-3.4 v-10 l-9.8 -10 z`);
    [9, 17, 25].forEach((h, i) => this.path(`signal${i + 1}`, `M${484 + 10 * i} ${y + 33 - h} h7 v${h} h-7 z`));
    this.path("fault", `M540 ${y + 5} l17 29 h-34 z m-1.5 9 v10 h3.2 v-10 z m0 13 v3.2 h3.2 v-3.2 z`);
    this.path("cover", `M572 ${y + 14} h30 v18 h-30 z m3 3 v12 h24 v-12 z m-1 -8 l28 -6 .7 2.9 -28 6 z`);
  }

  show(hex) {
    const bytes = bytesOf(hex);
    this.bytes = bytes;
    this.parts.forEach((element, segment) =>
      element.classList.toggle("on", ((bytes[segment >> 3] >> (segment & 7)) & 1) === 1));
  }

  read(from, count) {
    let text = "";
    for (let n = 0; n < count; n++) {
      const byte = this.bytes ? this.bytes[from / 8 + n] : 0;
      text += (DIGITS[byte & 0x7f] ?? "?") + (byte & 0x80 ? "." : "");
    }
    return text.trim();
  }

  symbolsOn() {
    return this.names.filter((_, i) => {
      const segment = this.from + i;
      return this.bytes && (this.bytes[segment >> 3] >> (segment & 7)) & 1;
    });
  }

  lines() {
    return [this.read(64, 6), this.read(0, 8), this.symbolsOn().join(" ")];
  }

  said() {
    const unit = this.symbolsOn().filter((name) => ["k", "W", "V", "A", "r", "h", "Hz", "degree"].includes(name)).join("");
    return `${this.read(64, 6)}: ${this.read(0, 8)} ${unit}`;
  }
}
