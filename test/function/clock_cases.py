#!/usr/bin/env python3
"""Clocks by another model: a table of cases, and random lives.

The model keeps UTC as a number and knows local time only by looking it up: it lists every change of
daylight saving of a century with the calendar in hand, and finds a wall clock's instant by trying. It
shares no table and no line with the meter.

usage: clock_cases.py CLOCK_CASES COUNT SEED
"""
import bisect
import calendar
import datetime
import random
import subprocess
import sys

UTC0 = datetime.datetime(1970, 1, 1)
SLEW = 1000  # ppm


def stamp(moment):
    return int((moment - UTC0).total_seconds())


def day_of_rule(year, month, week, weekday):
    days = [d for d in range(1, calendar.monthrange(year, month)[1] + 1)
            if datetime.date(year, month, d).isoweekday() == weekday]
    return days[-1] if week == 5 else days[week - 1]


class Zone:
    def __init__(self, offset, dst, begin, end):
        self.text = f"zone {offset} {dst} " + " ".join(map(str, begin + end))
        self.offset, self.dst = offset, dst
        changes = []
        for year in range(1999, 2101):
            for (month, week, weekday, minute), before, on in ((begin, offset, True),
                                                               (end, offset + dst, False)):
                day = day_of_rule(year, month, week, weekday)
                local = datetime.datetime(year, month, day) + datetime.timedelta(minutes=minute)
                changes.append((stamp(local) - before * 60, on))
        changes.sort()
        self.at = [c[0] for c in changes] if dst else []
        self.on = [c[1] for c in changes]

    def saving(self, utc_s):
        place = bisect.bisect_right(self.at, utc_s)
        return self.on[place - 1] if place else False

    def local(self, utc_s):
        return utc_s + 60 * (self.offset + (self.dst if self.saving(utc_s) else 0))

    def instant(self, local_s, wants_saving):
        """Both readings of a wall clock, tried."""
        standard, saving = local_s - 60 * self.offset, local_s - 60 * (self.offset + self.dst)
        fits = [u for u in (standard, saving) if self.local(u) == local_s]
        if len(set(fits)) == 2:
            return saving if wants_saving else standard
        return fits[0] if fits else standard

    def crossed(self, from_s, to_s):
        return bisect.bisect_right(self.at, to_s) - bisect.bisect_right(self.at, from_s)


class Clock:
    """Time in microseconds, so that nothing is rounded."""

    def __init__(self, zone, start_ms, limit_s, period_s):
        self.zone, self.limit, self.period = zone, limit_s * 1_000_000, period_s
        self.utc, self.left, self.told = start_ms * 1000, 0, []

    def second(self):
        return self.utc // 1_000_000

    def advance(self, ms):
        part = min(abs(self.left), ms * SLEW // 1000) * (1 if self.left > 0 else -1)
        before = self.second()
        self.left -= part
        self.utc += ms * 1000 + part
        self.told = ["saving"] * self.zone.crossed(before, self.second())

    def correct(self, utc, cause):
        by = utc - self.utc
        if self.limit == 0 or abs(by) > self.limit:
            self.utc, self.left, self.told = utc, 0, [cause]
        else:
            self.left, self.told = by, ["slewed"] if by else []

    def set(self, moment, wants_saving):
        self.correct(self.zone.instant(stamp(moment), wants_saving) * 1_000_000, "set")

    def shift(self, seconds):
        self.correct(self.utc + self.left + seconds * 1_000_000, "shifted")

    def grid(self, seconds):
        offset = self.zone.local(self.second()) - self.second()
        steps, rest = divmod(self.utc + offset * 1_000_000, seconds * 1_000_000)
        nearest = steps + (2 * rest >= seconds * 1_000_000)
        self.correct((nearest * seconds - offset) * 1_000_000, "set")

    def is_near_tie(self, seconds):
        """So near to the middle of two that a rounded millisecond decides."""
        local = self.utc + (self.zone.local(self.second()) - self.second()) * 1_000_000
        return abs(local % (seconds * 1_000_000) - seconds * 500_000) < 3000


EUROPE = Zone(60, 60, (3, 5, 7, 120), (10, 5, 7, 180))
SYDNEY = Zone(600, 60, (10, 1, 7, 120), (4, 1, 7, 180))
LORD_HOWE = Zone(630, 30, (10, 1, 7, 120), (4, 1, 7, 120))
CHILE = Zone(-240, 60, (9, 1, 7, 0), (4, 1, 7, 0))
NORMAL = Zone(60, 0, (3, 5, 7, 120), (10, 5, 7, 180))
ZONES = [EUROPE, SYDNEY, LORD_HOWE, CHILE, NORMAL]

# Forward, back, over boundaries, in the hour that autumn repeats and the one that spring leaves out.
# zone, UTC at the start, what is done
AUTUMN, SPRING = "2026-10-25T00:30:00", "2026-03-29T00:30:00"
CASES = [
    (EUROPE, "2026-11-21T11:00:00", ["set 2026 11 21 13 0 0 0"]),  # forward an hour
    (EUROPE, "2026-11-21T11:00:00", ["set 2026 11 21 11 0 0 0"]),  # back an hour
    (EUROPE, "2026-11-21T11:07:29", ["quarter"]), (EUROPE, "2026-11-21T11:07:30", ["quarter"]),
    (EUROPE, "2026-11-21T11:00:29", ["minute"]), (EUROPE, "2026-11-21T11:00:30", ["minute"]),
    (EUROPE, "2026-12-31T22:59:30", ["advance 1000", "shift 60"]),  # over the year
    (EUROPE, "2028-02-28T22:59:59", ["advance 2000", "advance 86400000"]),  # the leap day
    (EUROPE, AUTUMN, ["advance 1799000", "advance 1000"]),
    (EUROPE, AUTUMN, ["set 2026 10 25 2 15 0 1", "set 2026 10 25 2 15 0 0"]),
    (EUROPE, AUTUMN, ["advance 1800000", "set 2026 10 25 2 59 59 1", "advance 1000"]),
    (EUROPE, AUTUMN, ["shift 900", "shift 900", "shift -900", "advance 3600000"]),
    (EUROPE, AUTUMN, ["advance 1795000", "minute", "quarter", "measuring"]),
    (EUROPE, SPRING, ["advance 1800000", "set 2026 3 29 2 30 0 0", "set 2026 3 29 2 30 0 1"]),
    (EUROPE, SPRING, ["advance 1795000", "minute", "quarter"]),
    (EUROPE, SPRING, ["advance 86400000", "shift -900"]),
    (SYDNEY, "2026-04-04T15:30:00", ["advance 3600000", "set 2026 4 5 2 30 0 1"]),
    (SYDNEY, "2026-10-03T15:30:00", ["advance 3600000", "set 2026 10 4 2 30 0 0"]),
    (LORD_HOWE, "2026-04-04T14:45:00", ["advance 900000", "set 2026 4 5 1 45 0 0"]),
    (CHILE, "2026-04-05T02:59:59", ["advance 1000", "set 2026 4 4 23 30 0 1"]),
    (EUROPE, "2026-06-01T00:00:00", ["advance 31622400000"]),  # a year in one step: both changes
]


def script(rng, zone):
    """A random life, most of it near changes."""
    base = rng.choice(zone.at[4:-4]) if zone.at else stamp(datetime.datetime(2030, 6, 1))
    lines = []
    for _ in range(rng.randint(5, 40)):
        kind = rng.randrange(8)
        if kind < 3:
            lines.append(f"advance {rng.choice([1, 999, 1000, 60000, 899999, 3600000, 86400000])}")
        elif kind == 3:
            lines.append(f"shift {rng.randint(-900, 900)}")
        elif kind == 4:
            lines.append(rng.choice(["quarter", "minute", "measuring"]))
        else:
            near = base + rng.choice([0, 7200, -7200]) + rng.randint(-5400, 5400)
            moment = UTC0 + datetime.timedelta(seconds=zone.local(near))
            lines.append(f"set {moment.year} {moment.month} {moment.day} {moment.hour} "
                         f"{moment.minute} {moment.second} {rng.randint(0, 1)}")
    return base * 1000 + rng.randint(-7200000, 7200000), lines


def do(clock, line):
    """False: too near to a tie to be asked."""
    words = line.split()
    numbers = [int(w) for w in words[1:]]
    clock.told = []
    if words[0] in ("quarter", "minute", "measuring"):
        seconds = {"quarter": 900, "minute": 60, "measuring": clock.period}[words[0]]
        if clock.limit and clock.is_near_tie(seconds):
            return False
        clock.grid(seconds)
    elif words[0] == "set":
        clock.set(datetime.datetime(*numbers[:6]), numbers[6] == 1)
    elif words[0] == "shift":
        clock.shift(numbers[0])
    else:
        clock.advance(numbers[0])
    return True


def expectations(clock, lines):
    for line in lines:
        if do(clock, line):
            yield line, clock.utc, list(clock.told)


def check(zone, clock, want, answer, exact):
    line, utc, told = want
    words = answer.split()
    off_us = int(words[0]) * 1000 - utc
    local = UTC0 + datetime.timedelta(seconds=zone.local(int(words[0]) // 1000))
    shown = local.strftime("%Y-%m-%dT%H:%M:%S")
    good = (abs(off_us) <= (0 if exact else 2000) and words[1] == shown
            and int(words[2]) == local.isoweekday()
            and int(words[3]) == zone.saving(int(words[0]) // 1000) and words[4:] == told)
    if not good:
        sys.exit(f"{zone.text}: {line}: the model expects {utc / 1000} ms, {shown}, {told}; "
                 f"the clock says {answer}")


def compare(program, lives):
    """All lives in one process; `lives` are zone, start, limit, period, lines."""
    text, wanted = [], []
    for zone, start_ms, limit, period, lines in lives:
        text += [zone.text, f"start {start_ms}", f"limit {limit}", f"period {period}"]
        clock = Clock(zone, start_ms, limit, period)
        for want in expectations(clock, lines):
            text.append(want[0])
            wanted.append((zone, clock, want, limit == 0))
    run = subprocess.run([program], input="\n".join(text) + "\n", capture_output=True, text=True,
                         check=True)
    answers = run.stdout.splitlines()
    if len(answers) != len(wanted):
        sys.exit(f"{len(wanted)} answers expected, {len(answers)} came")
    for (zone, clock, want, exact), answer in zip(wanted, answers):
        check(zone, clock, want, answer, exact)
    return len(answers)


def main():
    program, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    rng = random.Random(seed)
    lives = [(zone, stamp(datetime.datetime.fromisoformat(at)) * 1000, limit, 900, lines)
             for zone, at, lines in CASES for limit in (0, 10)]
    for _ in range(count):
        zone = rng.choice(ZONES)
        start_ms, lines = script(rng, zone)
        lives.append((zone, start_ms, rng.choice([0, 0, 10, 900]), rng.choice([60, 900, 3600]), lines))
    print(f"{compare(program, lives)} answers of {len(lives)} clocks agree")


if __name__ == "__main__":
    main()
