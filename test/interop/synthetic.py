"""A recording of known content: the sharpest comparison, as every window holds the same."""

import math

RATE_HZ = 12800
PERIODS = 200
# order, amplitude relative to the fundamental, phase in radians
U_HARMONICS = [(5, 0.03, 0.4), (7, 0.01, 1.1)]
I_HARMONICS = [(3, 0.2, 2.0), (5, 0.1, 0.9), (11, 0.03, 0.1)]
U_V = [230.0, 229.0, 231.5]
I_A = [3.0, 2.5, 4.0]
LAG_RAD = [0.5, -0.3, 1.2]


def write(path, phases, frequency_hz):
    """Writes the CSV; gives {phase: {"U"|"I"|"P"|"Q1": (least, greatest), "S": s}}."""
    samples_per_period = round(RATE_HZ / frequency_hz)
    rate_hz = samples_per_period * frequency_hz
    columns = []
    for p in range(phases):
        columns.append(_column(samples_per_period, U_V[p], -2 * math.pi * p / 3, U_HARMONICS, 0))
    for p in range(phases):
        columns.append(
            _column(samples_per_period, I_A[p], -2 * math.pi * p / 3, I_HARMONICS, LAG_RAD[p]))
    names = [f"u{p + 1}_V" for p in range(phases)] + [f"i{p + 1}_A" for p in range(phases)]
    with open(path, "w", encoding="ascii") as f:
        f.write(f"# title: synthetic\n# sample_rate_hz: {rate_hz!r}\n")
        f.write(f"# nominal_hz: {round(frequency_hz / 10) * 10}\n# phases: {phases}\n# units: V, A\n")
        f.write(",".join(names) + "\n")
        for n in range(samples_per_period * PERIODS):
            f.write(",".join(f"{c[n % samples_per_period]:.7f}" for c in columns) + "\n")
    return {p + 1: _truth(p) for p in range(phases)}


def _column(samples_per_period, rms, angle, harmonics, lag):
    def at(n):
        x = 2 * math.pi * n / samples_per_period + angle
        value = math.sin(x - lag)
        for order, amplitude, phase in harmonics:
            value += amplitude * math.sin(order * (x - lag) + phase)
        return math.sqrt(2) * rms * value
    return [at(n) for n in range(samples_per_period)]


def _truth(p):
    u, i, lag = U_V[p], I_A[p], LAG_RAD[p]
    active = u * i * math.cos(lag)
    for order, a, x in U_HARMONICS:
        for other, b, y in I_HARMONICS:
            if order == other:
                active += u * i * a * b * math.cos(order * lag + x - y)
    values = {
        "U": u * math.sqrt(1 + sum(a * a for _, a, _ in U_HARMONICS)),
        "I": i * math.sqrt(1 + sum(a * a for _, a, _ in I_HARMONICS)),
        "P": active,
        "Q1": u * i * math.sin(lag),
    }
    ranges = {name: (value, value) for name, value in values.items()}
    ranges["S"] = values["U"] * values["I"]
    return ranges
