"""The panel's page in a browser: what it complains about, what the meter has told it, and its buttons."""

import json

from glass import Dots, Segments
from meter import until


class Panel:
    """A page of a running meter. Nothing here sleeps: what is waited for is a message of the meter."""

    def __init__(self, browser, meter, **context):
        self.meter = meter
        self.complaints = []
        self.messages = 0
        self.now_ms = 0  # the meter's clock, as it was told last
        self.context = browser.new_context(**context)
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.complaints.append(message.text)
                     if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self.check_request)
        self.page.on("websocket", lambda socket: socket.on("framereceived", self.take))
        self.page.goto(meter.url)
        self.described = self.page.request.get(meter.url + "api/meter").json()
        kind = Dots if self.described["glass"]["kind"] == "dots" else Segments
        self.glass = kind(self.page, self.described)
        self.until(lambda: self.page.locator("#flash dd").count() > 0, "the first whole message")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()

    def check_request(self, request):
        if not request.url.startswith((self.meter.url, self.meter.url.replace("http", "ws", 1))):
            self.complaints.append(f"asks elsewhere: {request.url}")

    def forgive(self, text, count):
        """So many complaints were asked for."""
        expected = [complaint for complaint in self.complaints if text in complaint]
        assert len(expected) == count, self.complaints
        self.complaints = [complaint for complaint in self.complaints if text not in complaint]

    def take(self, payload):
        self.messages += 1
        self.now_ms = json.loads(payload)["utc_ms"]

    def until(self, condition, what, seconds=20):
        """As until(), while the browser goes on: its events come only while it is asked for something."""
        return until(condition, what, seconds, pause=lambda: self.page.wait_for_timeout(20))

    def hear(self, count=2):
        """Messages that were made from now on: of two the second certainly was."""
        before = self.messages
        self.until(lambda: self.messages >= before + count, "the meter's next messages")

    def press(self, name="scroll", ms=0):
        """Presses a button of the meter, and holds it for so long of the meter's own time."""
        button = self.page.locator(f"#button-{name}")
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        with self.page.expect_response("**/api/button"):
            self.page.mouse.down()
        self.hold(ms)
        with self.page.expect_response("**/api/button"):
            self.page.mouse.up()
        self.hear()

    def hold(self, ms):
        if ms > 0:
            self.hear()
            begun = self.now_ms
            self.until(lambda: self.now_ms >= begun + ms, f"{ms} ms of the meter's time")

    def key(self, button, key):
        """The same by the keyboard."""
        self.page.locator(f"#button-{button}").focus()
        for way in (self.page.keyboard.down, self.page.keyboard.up):
            with self.page.expect_response("**/api/button"):
                way(key)
        self.hear()

    def screen(self):
        return self.glass.screen()


# Text whose colour is too near to what it stands on (WCAG 2.1, 1.4.3), where that is of one colour.
FAINT = """() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (css) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = css; canvas.fillRect(0, 0, 1, 1); return canvas.getImageData(0, 0, 1, 1).data; };
  const light = (c) => [0, 1, 2].map((i) => c[i] / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== 'none') return null;
      if (rgba(style.backgroundColor)[3] === 255) return rgba(style.backgroundColor);
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const e of document.querySelectorAll('body *')) {
    const style = getComputedStyle(e), says = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    const box = e.getBoundingClientRect();
    if (!says || e.closest('[disabled], .hidden, .skip, svg') || box.width === 0 || style.visibility === 'hidden') continue;
    const under = ground(e);
    if (!under) continue;
    const [a, b] = [light(rgba(style.color)), light(under)].sort((x, y) => y - x), contrast = (a + 0.05) / (b + 0.05);
    const large = parseFloat(style.fontSize) >= 24;
    if (contrast < (large ? 3 : 4.5)) faint.push(`${e.id || e.className || e.tagName}: "${e.textContent.trim().slice(0, 24)}" ${contrast.toFixed(2)}`);
  }
  return [...new Set(faint)];
}"""

# What can be operated and has no name, and names that are there twice.
NAMELESS = """() => [...document.querySelectorAll('button, input, select, summary, canvas, [role=img], [role=region]')]
  .filter((e) => !e.closest('[hidden]'))
  .filter((e) => !(e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.textContent.trim() || e.labels?.length ||
                   e.closest('[role=img]') !== e && e.closest('[role=img]')))
  .map((e) => e.outerHTML)"""
TWICE = """() => { const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  return ids.filter((id, i) => ids.indexOf(id) !== i); }"""


def check_accessible(panel):
    """Whoever cannot see the page hears what each thing is; who sees little can read it."""
    page = panel.page
    for script, what in ((NAMELESS, "without a name"), (TWICE, "the same id"), (FAINT, "too faint")):
        found = page.evaluate(script)
        assert not found, f"{what}: {found}"
    label = page.locator("#glass").get_attribute("aria-label")
    assert label.startswith("Display: "), label
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{wide} pixels too wide"


def check_keyboard(panel):
    """All that can be operated is reached by the tabulator, in the order in which it stands; of a page
    that nobody has clicked on, where it begins at the beginning."""
    page = panel.page
    reached = page.evaluate("""() => [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')]
        .filter((e) => !e.disabled && e.checkVisibility() && !e.closest('details:not([open]) > :not(summary)'))
        .map((e, i) => (e.dataset.order = String(i)))""")
    for order in reached:
        page.keyboard.press("Tab")
        at = page.evaluate("document.activeElement.dataset.order ?? document.activeElement.outerHTML")
        assert at == order, f"the tabulator comes to {at} instead of {order}"
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
