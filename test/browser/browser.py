#!/usr/bin/env python3
"""The panel in Debian's Chromium: what the glass says is what COSEM and P1 say, buttons and the world
can be used, nothing comes from elsewhere; screenshots of all four products.

usage: browser.py --watthour PATH --screens FOLDER
"""

import argparse
import concurrent.futures
import os
import re
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from meter import Meter, live_before
from page import FAINT, Panel, check_accessible, check_keyboard

PRODUCTS = ["xs211", "sm402d", "st402d", "st402c"]
AT_ONCE = 2
STEADY = ["--world", "steady", "--snr", "0", "--front-end", "ideal"]

# How a line of the glass shows a register: its factor, and the digits behind the point.
FORMS = {"kWh": 1e-3, "kvarh": 1e-3, "kVAh": 1e-3, "kW": 1e-3, "kvar": 1e-3, "kVA": 1e-3, "V": 1, "A": 1, "Hz": 1,
         "": 1}
SEGMENT_UNITS = {"kWh": "kWh", "kVArh": "kvarh", "kVAh": "kVAh", "kW": "kW", "kVAr": "kvar", "V": "V", "A": "A",
                 "Hz": "Hz"}

# What is no register has its object elsewhere.
OTHERS = {"0.9.1", "0.9.2", "C.1.0"}


def number_of(shown):
    return float(shown)


def decimals_of(shown):
    return len(shown.split(".")[1]) if "." in shown else 0


def compare(panel, shown):
    """The register named on the glass, by COSEM before and after it was looked at."""
    identifier, value, unit = shown
    unit = SEGMENT_UNITS.get(unit, unit)
    before = panel.meter.get(f"1-0:{identifier}")[identifier]
    again = panel.screen()
    after = panel.meter.get(f"1-0:{identifier}")[identifier]
    assert again[0] == identifier, f"the screen has gone on: {again}"
    step = 10 ** -decimals_of(again[1])
    seen, least, most = number_of(again[1]), before * FORMS[unit], after * FORMS[unit]
    # Energies are cut off, everything else is rounded; a second may lie between glass and client.
    assert min(least, most) - 1.01 * step <= seen <= max(least, most) + 0.51 * step, \
        f"{panel.meter.product}: {identifier} shows {again[1]} {unit}, COSEM says {before} and {after}"
    return identifier


def walk_through_manual_list(panel):
    panel.press()
    assert panel.glass.all_on(), "the first press shows all segments"
    panel.press()
    seen, compared = [], []
    while len(seen) < 64:
        shown = panel.screen()
        if seen and shown[0] == seen[0]:
            raise AssertionError(f"the list does not end: {seen}")
        seen.append(shown[0])
        if seen.count(shown[0]) == 2:
            assert shown[0] == "1.6.0", shown  # when the maximum was
        elif shown[0] in OTHERS:
            check_other(panel, shown)
        else:
            compared.append(compare(panel, shown))
        panel.press()
        if len(seen) > 10 and panel.screen()[0] == "0.9.1":
            break
    assert len(compared) >= 14, f"only {compared} of {seen}"
    return len(seen)


def check_other(panel, shown):
    identifier, value, _ = shown
    if identifier == "C.1.0":
        assert value.endswith("00000001"), shown
    elif identifier == "0.9.2":
        assert value.replace(".", "-") in ("2026-06-21",), shown
    else:
        clock = panel.page.locator("#clock").text_content()
        assert value[:5].replace(".", ":") == clock[11:16], (shown, clock)


def compare_p1(panel):
    """Energies of the telegram, of the page's own one, the client and the glass at the same time."""
    before = panel.meter.get("1-0:1.8.1")["1.8.1"]
    telegram = panel.meter.telegram()
    panel.hear(12)  # once a second the page asks
    shown = re.search(r"1-0:1\.8\.1\((\d+\.\d+)\*kWh\)", panel.page.locator("#telegram").text_content())
    after = panel.meter.get("1-0:1.8.1")["1.8.1"]
    assert before <= round(telegram["1.8.1"] * 1000) <= after, (before, telegram["1.8.1"], after)
    assert before <= round(float(shown[1]) * 1000) <= after, (before, shown[1], after)


def compare_harmonics(panel):
    """What the page tells of distortion is what the registers have; an XS211 measures none."""
    card = panel.page.locator("#spectrum-card")
    if not panel.described["harmonics"]:
        assert card.is_hidden()
        return
    panel.until(lambda: "%" in panel.page.locator("#thd").text_content(), "the distortion")
    for phase, group in zip(range(panel.described["phases"]), (32, 52, 72)):
        name = f"{group}.7.124"
        there = panel.meter.get(f"1-0:{name}")[name]
        text = panel.page.locator("#thd > span").nth(phase).text_content()
        seen = float(re.search(r"THD of U (\d+\.\d+) %", text)[1])
        assert abs(seen - there) < 0.02 + 0.05 * there, (text, there)
    panel.page.locator("#orders-details summary").click()
    panel.until(lambda: panel.page.locator("#orders tr").count() == 41, "the table of orders")
    panel.page.locator("#orders-details summary").click()


def powers_up(panel):
    """How many entries of the log say that the supply came."""
    return panel.page.locator("#events li", has_text="Power up").count()


def cut_and_restore(panel):
    page = panel.page
    before = powers_up(panel)
    page.locator("#cut").click()
    panel.until(lambda: page.locator("#flow").text_content() == "no supply", "the meter without supply")
    assert panel.glass.dark(), "the glass is dark without supply"
    assert not page.evaluate(FAINT), "the button for the mains can be read while they are off"
    assert page.locator("#glass").get_attribute("aria-label") == "The display is dark"
    read_out_on_battery(panel)
    page.locator("#cut[aria-pressed=true]").click()
    panel.until(lambda: page.locator("#flow").text_content() != "no supply", "the meter is back")
    panel.until(lambda: not panel.glass.dark(), "the glass is lit again")
    panel.until(lambda: powers_up(panel) == before + 1, "the event")
    assert page.locator("#events li.new").count() > 0, "new events light up"


def read_out_on_battery(panel):
    """Those that can show their registers without mains when a button wakes them."""
    refused = panel.page.locator("#meter-said")
    panel.press()
    if panel.meter.product == "xs211":
        assert panel.glass.dark() and refused.text_content() == "the meter has no supply"
        panel.forgive("409 (Conflict)", 2)  # the browser itself tells of down and up that were refused
        return
    assert refused.text_content() == ""
    panel.until(lambda: not panel.glass.dark(), "the battery display")
    assert panel.page.locator("#flow").text_content() == "no supply"
    assert "battery" in panel.glass.symbols(), "the battery's mark"


LONG_MS, VERY_LONG_MS = 2100, 5100


def hold_and_keys(panel):
    panel.press(ms=LONG_MS)
    assert panel.screen()[0] == "-1-", panel.screen()
    panel.key("scroll", "Space")
    assert panel.screen()[0] == "-3-", panel.screen()
    panel.key("scroll", "Enter")
    assert panel.screen()[0] == "-4-", panel.screen()
    panel.press(ms=VERY_LONG_MS)
    assert panel.screen()[0] == "0.9.1", panel.screen()
    break_the_seal(panel)
    panel.press("service")
    assert panel.screen()[0] == "C.1.0", panel.screen()
    panel.press("service", ms=LONG_MS)
    assert panel.screen()[0] == "=1=", panel.screen()
    panel.press(ms=VERY_LONG_MS)


def break_the_seal(panel):
    """The service button is out of reach as long as its seal is whole."""
    assert panel.page.locator("#button-service").is_disabled()
    panel.page.locator("#seal").click()
    panel.until(lambda: panel.page.locator("#button-service").is_enabled(), "the service button")
    panel.until(lambda: panel.page.locator("#seal").evaluate("(e) => getComputedStyle(e).opacity") == "0", "it falls")
    panel.hear()


def browse_the_log(panel):
    """The newest entry of the standard log, on the glass and on the page. Segments run through it."""
    panel.press(ms=LONG_MS)
    for _ in range(2):
        panel.press()
    assert panel.screen()[0] == "-4-", panel.screen()
    panel.press(ms=LONG_MS)
    panel.press(ms=LONG_MS)
    events = panel.page.request.get(panel.meter.url + "api/events").json()["events"]
    newest = max((event for event in events if event["log"] == "standard"), key=lambda event: event["number"])
    if panel.meter.product == "xs211":
        when = time.strftime("%m-%d %H:%M", time.gmtime(newest["local_s"]))
        top, middle, _ = panel.glass.lines()
        assert top.startswith("P.98.0 001") and middle.strip() == f"{when} E{newest['code']}", (top, middle, newest)
    panel.press(ms=VERY_LONG_MS)


def browse_the_profile(panel):
    """Rows of the load profile: on the glass, on the page, and over COSEM, are the same."""
    page = panel.page
    rows = panel.meter.profile("1-0:99.1.0")
    panel.until(lambda: page.locator("#rows tr").count() > 1, "the rows on the page")
    page.locator("details:has(#rows) summary").click()
    for i, row in enumerate(reversed(rows[-8:])):
        shown = page.locator("#rows tr").nth(i + 1).locator("td").all_text_contents()
        assert shown[0] == row[0][:16].replace("T", " "), (shown, row)
        assert float(shown[2]) == float(row[2]), (shown, row)
    page.locator("details:has(#rows) summary").click()
    panel.press(ms=LONG_MS)
    panel.press()
    assert panel.screen()[0] == "-3-", panel.screen()
    for _ in range(5):  # which one, its bars, its rows: clock, status, 1.8.0
        panel.press(ms=LONG_MS)
    for row in reversed(rows[-6:]):
        value = re.search(r"(\d+\.\d+)", panel.screen()[1])
        seen, there = float(value[1]), float(row[2]) / 1000
        assert there - 0.011 < seen <= there, (panel.screen(), row)
        panel.press()
    panel.press(ms=VERY_LONG_MS)


def open_and_close(panel):
    """A cover is opened where it is drawn; the meter marks it, and remembers."""
    page = panel.page
    cover = page.locator("#cover")
    cover.click()
    panel.until(lambda: cover.get_attribute("aria-pressed") == "true", "the cover is open")
    panel.until(lambda: "erminal cover open" in page.locator("#events").text_content(), "the event")
    if panel.meter.product != "xs211":
        panel.until(lambda: "cover" in panel.glass.symbols(), "the mark of an open cover")
    page.locator("#tampers button", has_text="magnet").click()
    panel.until(lambda: "magnetic" in page.locator("#meter").get_attribute("class"), "the magnet")
    page.locator("#tampers button", has_text="magnet").click()
    cover.click()
    panel.until(lambda: cover.get_attribute("aria-pressed") == "false", "the cover is closed")


def select_a_rate(panel):
    """Terminals with voltage are a number, and rate 1 plus that number is in force, once a client has put two in use."""
    group = panel.page.locator("#terminals")
    if panel.meter.product == "xs211":
        assert group.is_hidden(), "there are no terminals"
        return
    rate = lambda: panel.meter.get("0-0:96.14.0")["96.14.0"]
    buttons = group.get_by_role("button")
    assert buttons.count() == 3
    panel.meter.set("0-0:128.4.0", "u8:2")
    for pressed, expected in ((0, 2), (1, 4), (0, 3), (1, 1)):
        before = buttons.nth(pressed).get_attribute("aria-pressed")
        buttons.nth(pressed).click()
        panel.until(lambda: buttons.nth(pressed).get_attribute("aria-pressed") != before, "the terminal has switched")
        panel.until(lambda: int(rate()) == expected, f"rate {expected} is in force")
    panel.meter.set("0-0:128.4.0", "u8:0")


def use_the_world(panel):
    page = panel.page
    row = page.locator("#loads li").first
    row.get_by_role("button", name="on", exact=True).click()
    panel.until(lambda: row.locator(".num").text_content() != "", "the load draws power")
    row.get_by_role("button", name="auto", exact=True).click()
    page.locator("#voltage").fill("90")
    volts = lambda: float(page.locator("#phases td").nth(1).text_content())
    panel.until(lambda: 190 < volts() < 215, "the voltage follows")
    page.locator("#voltage").fill("100")


def change_the_speed(panel):
    """Time goes as fast as is asked for: the clock of the meter says so."""
    page = panel.page
    page.locator("#speed").select_option("5")
    panel.until(lambda: page.request.get(panel.meter.url + "api/live").json()["speed"] == 5, "the speed")
    for factor, least in (("60", 15), ("1", 0.5)):
        page.locator("#speed").select_option(factor)
        panel.hear()
        begun, begun_s = panel.now_ms, time.monotonic()
        panel.hear(15)
        passed = (panel.now_ms - begun) / 1000 / (time.monotonic() - begun_s)
        assert least < passed < 1.5 * float(factor) + 1, f"{passed:.1f} instead of {factor} times life"


def copy_an_address(panel):
    """Over loopback to the clipboard; where a page may not, it is selected."""
    panel.context.grant_permissions(["clipboard-read", "clipboard-write"])
    row = panel.page.locator("#ports li").first
    address = row.locator("code").text_content()
    row.locator("button").click()
    panel.until(lambda: row.locator("button").text_content() == "copied", "the address is copied")
    assert panel.page.evaluate("navigator.clipboard.readText()") == address
    panel.until(lambda: row.locator("button").text_content() == "copy", "the button is as it was")
    panel.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    row.locator("button").click()
    panel.until(lambda: row.locator("button").text_content() == "selected", "the address is selected")
    assert panel.page.evaluate("String(getSelection())") == address


def meet_another(browser, watthour):
    """The meter goes, and one with another glass comes at its address: the page follows."""
    with Meter(watthour, "xs211") as meter:
        with Panel(browser, meter, viewport={"width": 1440, "height": 900}) as panel:
            link = panel.page.locator("#link")
            port = meter.panel
            meter.__exit__()
            panel.until(lambda: "lost" in link.get_attribute("class"), "the connection is lost")
            with Meter(watthour, "st402d", panel=port):
                panel.until(lambda: panel.page.locator("#model").text_content() == "ST402D", "the other meter")
                panel.until(lambda: link.text_content() == "live", "the connection")
                panel.until(lambda: panel.page.locator("#glass svg .seg.on").count() > 0, "its glass")
                assert panel.page.locator("#print-top span").count() == 0, "the legend of dots is gone"
                panel.until(lambda: panel.page.locator("#phases tr").count() == 4, "its phases")


def watch_other_worlds(browser, watthour):
    """A recording, of which nothing can be changed; phasors, which have no waveforms."""
    recording = Path(__file__).resolve().parents[2] / "world" / "examples" / "evening.flac"
    for options, waves in ((["--replay", str(recording)], True), (["--source", "phasors"], False)):
        with Meter(watthour, "sm402d", *options) as meter:
            with Panel(browser, meter, viewport={"width": 1440, "height": 900}) as panel:
                panel.hear(12)
                check_accessible(panel)
                assert panel.page.locator("#spectrum-card").is_visible() == waves
                assert panel.page.locator("#cut").is_visible() != waves, "a recording is as it is"
                assert panel.page.locator("#presets").is_visible() != waves
                assert panel.page.locator("#tampers").is_visible()
                assert not panel.complaints, panel.complaints


def is_drawn(panel):
    """All that comes once a second has come, and the curves are there."""
    page = panel.page
    ready = page.locator("#loads li").count() > 0 and page.locator("#events li").count() > 0
    return ready and (not panel.described["harmonics"] or "%" in page.locator("#thd").text_content())


def shoot(browser, meter, folder):
    forms = {"wide": {"viewport": {"width": 1440, "height": 900}},
             "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True}}
    for form, options in forms.items():
        for scheme in ("light", "dark"):
            with Panel(browser, meter, color_scheme=scheme, **options) as panel:
                panel.until(lambda: is_drawn(panel), "the whole page")
                check_accessible(panel)
                check_keyboard(panel)
                panel.page.screenshot(path=folder / f"{meter.product}-{form}-{scheme}.png", full_page=True)
                assert not panel.complaints, panel.complaints


def drive(browser, watthour, product, folder):
    with Meter(watthour, product, "--data", folder, *STEADY) as meter:
        with Panel(browser, meter, viewport={"width": 1440, "height": 900}) as panel:
            screens = walk_through_manual_list(panel)
            compare_p1(panel)
            browse_the_profile(panel)
            browse_the_log(panel)
            hold_and_keys(panel)
            cut_and_restore(panel)
            assert not panel.complaints, panel.complaints
    return screens


def play(browser, watthour, product, folder, shots):
    with Meter(watthour, product, "--data", folder, "--speed", "20") as meter:
        with Panel(browser, meter, viewport={"width": 1440, "height": 900}) as panel:
            use_the_world(panel)
            select_a_rate(panel)
            open_and_close(panel)
            compare_harmonics(panel)
            change_the_speed(panel)
            copy_an_address(panel)
            assert not panel.complaints, panel.complaints
        shoot(browser, meter, shots)


def try_product(watthour, product, shots):
    """One product, with a browser of its own; a line that says what was seen."""
    begun = time.monotonic()
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--disable-gpu", *as_root])
        live_before(watthour, product, folder)
        screens = drive(browser, watthour, product, folder)
        play(browser, watthour, product, folder, shots)
        if product == "xs211":
            meet_another(browser, watthour)
            watch_other_worlds(browser, watthour)
        browser.close()
    return f"{product}: {screens} screens read back, 4 screenshots, {time.monotonic() - begun:.0f} s"


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--watthour", required=True)
    arguments.add_argument("--screens", type=Path, required=True)
    arguments.add_argument("--product", action="append", choices=PRODUCTS)
    options = arguments.parse_args()
    options.screens.mkdir(parents=True, exist_ok=True)
    products = options.product or PRODUCTS
    # Most of the time is spent holding buttons: the products do that side by side.
    with concurrent.futures.ProcessPoolExecutor(min(len(products), AT_ONCE)) as pool:
        runs = [pool.submit(try_product, options.watthour, product, options.screens) for product in products]
        for run in concurrent.futures.as_completed(runs):
            print(f"browser: {run.result()}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
