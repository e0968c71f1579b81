#!/usr/bin/env python3
"""Years of random calendars by another model: every second of the year is asked for its rate.

The model knows nothing of seasons that wrap or switches that hold: it writes the rate of each second
of local time into an array, day by day from long before the year on, as a clerk would with pencil and
paper; and where local time jumps, it looks at the array's place once more or not at all. It shares no
table and no line with the meter.

usage: tariff_years.py TARIFF_YEAR COUNT SEED
"""
import datetime
import random
import subprocess
import sys
import tempfile
from pathlib import Path

DAY = 86400
EPOCH = datetime.date(1970, 1, 1)
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def last_day(year, month):
    following = datetime.date(year + month // 12, month % 12 + 1, 1)
    return (following - datetime.timedelta(days=1)).day


def matches(date, pattern):
    year, month, day, weekday = pattern
    wanted = {"last": last_day(date.year, date.month),
              "second-last": last_day(date.year, date.month) - 1}.get(day, day)
    return (year in ("*", date.year) and month in ("*", date.month) and wanted in ("*", date.day)
            and weekday in ("*", date.weekday()))


class Calendar:
    """Names of weeks, numbers of days, times and rates, all drawn by lot."""

    def __init__(self, rng, year, limits):
        most_seasons, most_weeks, most_days, most_switches, most_specials, rates = limits
        self.days = {}
        for number in rng.sample(range(256), rng.randint(1, most_days)):
            full = rng.random() < 0.1
            count = most_switches if full else rng.randint(0, min(12, most_switches))
            times = rng.sample(range(0, 1440, 1 if rng.random() < 0.3 else 30), count)
            seconds = [t * 60 + (rng.randint(0, 59) if rng.random() < 0.1 else 0) for t in times]
            self.days[number] = [(s, rng.randint(1, rates)) for s in sorted(seconds)]
        if not any(self.days.values()):
            self.days[next(iter(self.days))] = [(0, 1)]
        numbers = list(self.days)
        self.weeks = {f"w{i}": [rng.choice(numbers) for _ in range(7)]
                      for i in range(rng.randint(1, most_weeks))}
        self.seasons = {}
        starts = set()
        for i in range(rng.randint(1, most_seasons)):
            month = rng.randint(1, 12)
            day = rng.choice([rng.randint(1, 28), "last", rng.choice([29, 30, 31])])
            at = rng.choice(["*", "*", "*", year, year + 1])
            if isinstance(day, int) and day > last_day(2028 if at == "*" else at, month):
                continue
            known = {(month, last_day(y, month) if day == "last" else day) for y in (2027, 2028)}
            if known & starts:
                continue
            starts |= known
            self.seasons[f"s{i}"] = ((at, month, day, "*"), rng.choice(list(self.weeks)))
        if not any(start[0] == "*" for start, _ in self.seasons.values()):
            self.seasons = {"s": (("*", 1, 1, "*"), rng.choice(list(self.weeks)))}
        self.specials = []
        for index in sorted(rng.sample(range(1000), rng.randint(0, most_specials))):
            month = rng.choice(["*", rng.randint(1, 12)])
            pattern = (rng.choice(["*", year, year + 1]), month,
                       rng.choice([rng.randint(1, 28), "last", "second-last"]),
                       rng.choice(["*", "*", rng.randint(0, 6)]))
            self.specials.append((index, pattern, rng.choice(numbers)))

    def text(self):
        def date(pattern):
            year, month, day, weekday = pattern
            head = "" if year == "*" else f"{year}-"
            tail = "" if weekday == "*" else "/" + WEEKDAYS[weekday]
            return f"{head}{month}-{day}{tail}"

        lines = [f"season {n} from {date(start)} week {week}"
                 for n, (start, week) in self.seasons.items()]
        lines += [f"week {n} days {' '.join(map(str, days))}" for n, days in self.weeks.items()]
        for number, switches in self.days.items():
            times = [f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02} {r}" for s, r in switches]
            lines.append(f"day {number}" + (" at " + " ".join(times) if times else ""))
        lines += [f"special {i} on {date(p)} day {d}" for i, p, d in self.specials]
        return "\n".join(lines) + "\n"

    def seconds(self, first, last):
        """The rate of each second of local time from `first` to the end of `last`; 0: none yet."""
        rates = bytearray()
        week = None
        rate = 0
        date = first - datetime.timedelta(days=9 * 366)
        while date <= last:
            for start, name in self.seasons.values():
                if matches(date, start):
                    week = name
            day = bytearray([rate]) * DAY
            if week is not None:
                number = self.weeks[week][date.weekday()]
                for _, pattern, special in self.specials:
                    if matches(date, pattern):
                        number = special
                        break
                for second, rate in self.days[number]:
                    day[second:] = bytearray([rate]) * (DAY - second)
            if date >= first:
                rates += day
            date += datetime.timedelta(days=1)
        return rates


def last_sunday(year, month):
    date = datetime.date(year, month, last_day(year, month))
    while date.weekday() != 6:
        date -= datetime.timedelta(days=1)
    return date


def utc(date, hour):
    return (date - EPOCH).days * DAY + hour * 3600


def year_of_rates(calendar, year, zone, dst):
    """The rate of each second of UTC from the beginning of the year to its end."""
    first = datetime.date(year, 1, 1)
    begin = utc(first, 0)
    days = (datetime.date(year + 1, 1, 1) - first).days
    before = first - datetime.timedelta(days=2)
    local = calendar.seconds(before, datetime.date(year + 1, 1, 2))
    change = [utc(last_sunday(year, 3), 2) - zone * 60, utc(last_sunday(year, 10), 2) - zone * 60]
    rates = bytearray()
    for quarter in range(days * 96):
        at = begin + quarter * 900
        offset = zone * 60 + (3600 if dst and change[0] <= at < change[1] else 0)
        place = at + offset - utc(before, 0)
        rates += local[place:place + 900]
    return begin, rates


def limits_of(program, product):
    """What a calendar of the product may have, by its page."""
    output = subprocess.run([program, product], check=True, capture_output=True, text=True).stdout
    return tuple(map(int, output.split()))


def found_by_the_meter(program, product, begin, end, zone, dst, files):
    words = [program, product, str(zone), str(int(dst)), str(begin), str(end)] + files
    output = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    changes = [tuple(map(int, line.split())) for line in output.splitlines()]
    rates = bytearray()
    for (at, rate), (until, _) in zip(changes, changes[1:] + [(end, 0)]):
        rates += bytearray([rate]) * (until - at)
    return rates


def one_year(program, rng, folder):
    year = rng.choice([2027, 2028, 2032, 2096, 2100])
    zone = rng.choice([60, 60, 0, -300, 330])
    dst = rng.random() < 0.8
    product = rng.choice(["xs211", "sm402d", "st402d", "st402c"])
    limits = limits_of(program, product)
    calendars = [Calendar(rng, year, limits) for _ in range(rng.choice([1, 2]))]
    begin, rates = year_of_rates(calendars[0], year, zone, dst)
    files = []
    if len(calendars) == 2:
        # at local midnight of winter, or at any second
        calendars[0].specials = []
        calendars[1].specials = []
        begin, rates = year_of_rates(calendars[0], year, zone, dst)
        at = begin + rng.randint(0, 50) * DAY - zone * 60 + rng.choice([0, DAY, rng.randint(0, DAY)])
        at = max(at, begin + 1)
        _, after = year_of_rates(calendars[1], year, zone, dst)
        rates[at - begin:] = after[at - begin:]
        files = [str(at), str(folder / "next")]
        (folder / "next").write_text(calendars[1].text())
    (folder / "first").write_text(calendars[0].text())
    end = begin + len(rates)
    found = found_by_the_meter(program, product, begin, end, zone, dst, [str(folder / "first")] + files)
    # What no calendar says is the first rate, or the rate that was.
    rate = 1
    for i in range(len(rates)):
        if rates[i]:
            break
        rates[i] = rate
    if 0 in rates:
        place = rates.index(0)
        raise SystemExit(f"the model has a hole at {begin + place}")
    if found != rates:
        place = next(i for i in range(len(rates)) if i >= len(found) or found[i] != rates[i])
        print(calendars[0].text(), *(c.text() for c in calendars[1:]), files, sep="\n--\n")
        got = found[place] if place < len(found) else "nothing"
        raise SystemExit(f"{year}, zone {zone}, dst {dst}: at {begin + place} the meter has rate "
                         f"{got}, the model {rates[place]}")


def main():
    program, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(count):
            one_year(program, rng, Path(folder))
    print(f"{count} years: every second alike")


main()
