"""Reads the glass back from what the browser has drawn: from pixels of dots, from segments that are
on. It shares nothing with the page but the font that the meter tells."""

import re

NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)\s*([A-Za-z/^].*)?")

COLUMNS, LINES, ROWS = 16, 3, 8

# One sample at the middle of each dot of the canvas: how dark it is, row by row of each character.
SAMPLE = """(canvas) => {
  const context = canvas.getContext('2d');
  const unit = canvas.width / (16 * 6 - 1);
  const rows = [];
  for (let line = 0; line < 3; line++) for (let column = 0; column < 16; column++) for (let row = 0; row < 8; row++) {
    let bits = 0;
    for (let dot = 0; dot < 5; dot++) {
      const x = Math.floor((column * 6 + dot + 0.43) * unit), y = Math.floor((line * 9.6 + row + 0.43) * unit);
      bits = bits << 1 | (context.getImageData(x, y, 1, 1).data[3] > 128 ? 1 : 0);
    }
    rows.push(bits);
  }
  return rows;
}"""

SEGMENTS = """(svg) => [...svg.querySelectorAll('[data-segment].on')].map((e) => Number(e.dataset.segment))"""

DIGITS = {0x3F: "0", 0x06: "1", 0x5B: "2", 0x4F: "3", 0x66: "4", 0x6D: "5", 0x7D: "6", 0x07: "7", 0x7F: "8",
          0x6F: "9", 0x40: "-", 0x48: "=", 0x00: " ", 0x39: "C", 0x71: "F", 0x77: "A", 0x79: "E", 0x73: "P", 0x50: "r"}


class Dots:
    def __init__(self, page, meter):
        self.page = page
        self.characters = {hex_rows: int(code) for code, hex_rows in meter["glass"]["font"].items()}

    def lines(self):
        rows = self.page.locator("#glass canvas").evaluate(SAMPLE)
        lines = []
        for line in range(LINES):
            text = ""
            for column in range(COLUMNS):
                at = (line * COLUMNS + column) * ROWS
                code = self.characters.get("".join(f"{row:02x}" for row in rows[at:at + ROWS]), 63)
                text += chr(code) if code >= 32 else "^"
            lines.append(text)
        return lines

    def screen(self):
        """Identifier, value as text, unit."""
        top, middle, _ = self.lines()
        number = NUMBER.fullmatch(middle.strip())
        value, unit = number.groups("") if number else (middle.strip(), "")
        return top[:12].strip(), value, unit

    def all_on(self):
        return set(self.page.locator("#glass canvas").evaluate(SAMPLE)) == {31}

    def dark(self):
        return set(self.page.locator("#glass canvas").evaluate(SAMPLE)) == {0}


class Segments:
    def __init__(self, page, meter):
        self.page = page
        self.names = meter["glass"]["symbols"]
        self.first = meter["glass"]["symbols_from"]

    def on(self):
        return set(self.page.locator("#glass svg").evaluate(SEGMENTS))

    def digits(self, on, first, count):
        text = ""
        for digit in range(count):
            bits = sum(1 << i for i in range(7) if first + 8 * digit + i in on)
            text += DIGITS.get(bits, "?") + ("." if first + 8 * digit + 7 in on else "")
        return text.strip()

    def screen(self):
        on = self.on()
        units = [name for i, name in enumerate(self.names[:8]) if self.first + i in on]
        return self.digits(on, 64, 6), self.digits(on, 0, 8), "".join(units)

    def symbols(self):
        on = self.on()
        return {name for i, name in enumerate(self.names) if self.first + i in on}

    def all_on(self):
        return len(self.on()) == self.first + len(self.names)

    def dark(self):
        return not self.on()
