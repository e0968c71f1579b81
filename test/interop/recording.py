"""What a recording holds, by numpy: an own path to the truth, shared with nothing of ours.

A meter that plays a recording in a loop shows the values of some window of ten (twelve) periods.
The reference of a quantity is therefore the range that it takes over all such windows.
"""

import csv
import json
import math

import numpy as np

BAND_HZ = 3600.0  # what the meter's front end passes of a recording
FINER = 8  # steps of the grid on which windows are tried, per sample


def load(path):
    """(header, samples[channel][n]) of a CSV recording."""
    header, rows = {}, []
    with open(path, newline="", encoding="utf-8") as f:
        for line in f:
            if line.startswith("#"):
                key, _, value = line[1:].partition(":")
                header[key.strip()] = value.strip()
            else:
                names = line.strip().split(",")
                break
        rows = [[float(x) for x in row] for row in csv.reader(f)]
    samples = np.array(rows).T
    order = sorted(range(len(names)), key=lambda k: (names[k][1], names[k][0] == "i"))
    return header, samples[order]


def reference(shared, name):
    with open(f"{shared}/data/waveforms/reference.json", encoding="utf-8") as f:
        return json.load(f)[name]


def _band_limited(piece, rate_hz, up):
    """One turn of the loop, limited to the band, on a grid `up` times finer."""
    count = len(piece)
    spectrum = np.fft.rfft(piece)
    spectrum[np.fft.rfftfreq(count, 1 / rate_hz) > BAND_HZ] = 0
    return np.fft.irfft(spectrum, count * up) * up


def _window_means(product, window):
    """Means of a periodic signal over every window of `window` (fractional) grid steps."""
    turns = 1 + math.ceil(window / len(product))
    total = np.concatenate(([0.0], np.cumsum(np.tile(product, turns))))
    begins = np.arange(len(product), dtype=float)
    ends = np.interp(begins + window, np.arange(len(total)), total)
    return (ends - total[: len(product)]) / window


def ranges(shared, name, nominal_hz, loop_samples, loop_periods):
    """{phase: {"U"|"I"|"P"|"Q1": (least, greatest), "S": s}} over all windows of the loop."""
    header, samples = load(f"{shared}/data/waveforms/{name}.csv")
    rate_hz = float(header["sample_rate_hz"])
    result = {}
    for index in range(len(samples) // 2):
        u, i = (_band_limited(channel[:loop_samples], rate_hz, FINER)
                for channel in samples[2 * index:2 * index + 2])
        result[index + 1] = _ranges_of_phase(u, i, len(u) / loop_periods,
                                             10 if nominal_hz == 50 else 12)
        result[index + 1]["S"] = reference(shared, name)["phases"][f"L{index + 1}"]["A"]["S"]
    return result


def _ranges_of_phase(u, i, per_period, periods):
    window = per_period * periods
    turn = np.exp(-2j * np.pi * np.arange(len(u)) / per_period)
    u_mean, i_mean = _window_means(u, window), _window_means(i, window)
    phasor_u = np.sqrt(2) * (_window_means((u * turn).real, window)
                             + 1j * _window_means((u * turn).imag, window))
    phasor_i = np.sqrt(2) * (_window_means((i * turn).real, window)
                             + 1j * _window_means((i * turn).imag, window))
    values = {
        "U": np.sqrt(_window_means(u * u, window) - u_mean**2),
        "I": np.sqrt(_window_means(i * i, window) - i_mean**2),
        "P": _window_means(u * i, window) - u_mean * i_mean,
        "Q1": (phasor_u * np.conj(phasor_i)).imag,
    }
    return {name: (float(v.min()), float(v.max())) for name, v in values.items()}
