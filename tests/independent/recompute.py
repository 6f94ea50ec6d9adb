"""Recomputes published numbers from the published tables of single networks, with other code.

`python recompute.py [FIGURES]` reads figures/STUDY/TABLE.csv, takes the rows of single networks
(those with a `replicate`), and computes mean and 95% interval anew: of shares by Student's t on the
logit of the mean, of accuracies by the jackknife on the logit. Differences between settings are
recovered from the interval of each side, by networks.csv. Each must equal the row over networks to
the last digit that is printed anywhere (six significant digits). Needs nothing but Python.

Student's quantile is found by bisection of the integral of its density, not by the program's
incomplete beta function.
"""

import csv
import math
import re
import sys
from collections import defaultdict
from pathlib import Path

# Study, table, measure, and the scale of its interval.
ASKED = [
    ("learning-rate", "dose-response", "dead_filters", "logit"),
    ("learning-rate", "dose-response", "dead_of_learned", "logit"),
    ("learning-rate", "dose-response", "silent_units", "logit"),
    ("learning-rate", "dose-response", "held_out_accuracy", "jackknife"),
    ("initialization", "lives", "dead_filters", "logit"),
    ("initialization", "lives", "ever_dead_filters", "logit"),
    ("activation", "silent", "silent_filters", "logit"),
    ("stopped-weights", "intervals", "bit_equal", "logit"),
    ("stopped-weights", "causes", "dead", "logit"),
    ("stopped-weights", "kept", "stopped_of_learned", "logit"),
    ("weight-sharing", "rates", "dead_of_learned", "logit"),
    ("width", "rates", "dead_of_learned", "logit"),
    ("width", "rates", "accuracy_of_learned", "jackknife"),
    ("does-it-hurt", "rates", "held_out_accuracy", "jackknife"),
    ("depth", "rates", "dead_of_learned", "logit"),
    ("robustness", "cells", "dead_of_learned", "logit"),
    ("robustness", "cells", "held_out_accuracy", "jackknife"),
]

# Differences: study, estimate, column of networks.csv, whether in pairs by seed; of the levels in the
# estimate's `of` those of its own side and of its control.
DIFFERENCES = [
    (
        "optimizer", "momentum_minus_plain_of_learned", "dead_filters", False,
        lambda at: ({"pixels": "raw", "family": "Momentum", "rate": at["compared_rate"], "became": "learned"},
                    {"pixels": "raw", "family": "SGD", "rate": at["compared_rate"], "became": "learned"}),
    ),
    (
        "initialization", "accuracy_minus_he", "held_out_accuracy", True,
        lambda at: (at, {**at, "initialization": "He"}),
    ),
]
NUMBERS = {"measure", "replicate", "value", "low95", "high95", "limit_of_networks", "standard_deviation", "n", "numerator", "denominator"}
FEWEST = 5


def t_quantile(level, degrees):
    """The t with P(-t <= T <= t) = level: bisection of Simpson's integral of the density."""
    constant = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)) / math.sqrt(degrees * math.pi)

    def within(t, steps=2000):
        density = lambda x: constant * (1 + x * x / degrees) ** (-(degrees + 1) / 2)
        width = t / steps
        inner = sum((4 if i % 2 else 2) * density(i * width) for i in range(1, steps))
        return 2 * width / 3 * (density(0) + inner + density(t))

    low, high = 0.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if within(middle) < level else (low, middle)
    return (low + high) / 2


def bounds(values, scale, quantiles={}):
    n = len(values)
    mean = math.fsum(values) / n
    if n < FEWEST or max(values) == min(values):
        return mean, None, None
    error = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / (n - 1) / n)
    t = quantiles.setdefault(n, t_quantile(0.95, n - 1))
    on_logit = lambda share: math.log(share / (1 - share))
    logit, reach = on_logit(mean), t * error / (mean * (1 - mean))
    if scale == "jackknife":
        without = [on_logit((mean * n - value) / (n - 1)) for value in values]
        middle = math.fsum(without) / n
        reach = t * math.sqrt((n - 1) / n * math.fsum((one - middle) ** 2 for one in without))
    return mean, *(1 / (1 + math.exp(-x)) for x in (logit - reach, logit + reach))


def same(found, printed):
    if found is None:
        return printed == ""
    return printed != "" and math.isclose(found, float(printed), rel_tol=1e-6, abs_tol=1e-9)


def check(figures, study, table, measure, scale):
    with (figures / study / f"{table}.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["measure"] == measure]
    keys = [name for name in rows[0] if name not in NUMBERS]
    networks, over = defaultdict(list), {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        if row["replicate"]:
            networks[key].append(float(row["value"]))
        else:
            over[key] = row
    wrong = []
    for key, values in networks.items():
        found, row = bounds(values, scale), over[key]
        if not all(same(a, row[name]) for a, name in zip(found, ("value", "low95", "high95"))):
            wrong.append(f"{study} {table} {measure} {key}: {found}, published {row['value']}, {row['low95']} to {row['high95']}")
    return len(networks), wrong


def by_t(own, control, difference, paired):
    """Welch's t, or Student's over pairs: where all networks of a side agree."""
    def variance(values):
        mean = math.fsum(values) / len(values)
        return math.fsum((v - mean) ** 2 for v in values) / (len(values) - 1) / len(values)

    if paired:
        of, degrees = variance([own[seed] - control[seed] for seed in own]), len(own) - 1
    else:
        a, b = variance(list(own.values())), variance(list(control.values()))
        of = a + b
        degrees = of and of * of / (a * a / (len(own) - 1) + b * b / (len(control) - 1))
    if of < 1e-20:
        return None, None
    reach = t_quantile(0.95, degrees) * math.sqrt(of)
    return difference - reach, difference + reach


def recovered(own, control, scale, paired):
    """Interval of a difference from those of both sides (Newcombe 1998; Zou and Donner 2008)."""
    r = 0.0
    if paired:
        shared = sorted(set(own) & set(control))
        own, control = ({seed: side[seed] for seed in shared} for side in (own, control))
        x, y = list(own.values()), list(control.values())
        mx, my, n = math.fsum(x) / len(x), math.fsum(y) / len(y), len(x)
        spread = math.sqrt(math.fsum((a - mx) ** 2 for a in x) * math.fsum((b - my) ** 2 for b in y))
        r = math.fsum((a - mx) * (b - my) for a, b in zip(x, y)) / spread * (n - 2) / n if spread else 0.0
    sides = [bounds(list(side.values()), scale) for side in (own, control)]
    (p, l, u), (q, m, v) = sides
    difference = p - q
    if min(len(own), len(control)) < FEWEST:
        return difference, None, None
    if l is None or m is None:
        return difference, *by_t(own, control, difference, paired)
    reach = lambda a, b: math.sqrt(max(a * a + b * b - 2 * r * a * b, 0.0))
    return difference, difference - reach(p - l, v - q), difference + reach(u - p, q - m)


def check_differences(figures, study, name, column, paired, sides):
    with (figures / study / "networks.csv").open() as file:
        networks = list(csv.DictReader(file))
    with (figures / study / "estimates.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["name"] == name]
    for one in networks:
        # The effective rate, where optimizers are compared.
        scale = 10 if one.get("family") == "Momentum" else 1
        one["rate"] = f"{float(one['learning_rate']) * scale:g}"
    wrong = []
    for row in rows:
        levels = dict(re.findall(r"(\w+) = (.*?)(?=, \w+ = |$)", row["of"]))
        found = []
        for where in sides(levels):
            own = [one for one in networks if all(one[key] == level for key, level in where.items())]
            found.append({one["replicate"]: float(one[column]) for one in own if one[column]})
        scale = "jackknife" if "accuracy" in column else "logit"
        if not all(found):
            continue
        numbers = recovered(*found, scale, paired)
        if not all(same(a, row[key]) for a, key in zip(numbers, ("value", "low95", "high95"))):
            wrong.append(f"{study} {name} {row['of']}: {numbers}, published {row['value']}, {row['low95']} to {row['high95']}")
    return len(rows), wrong


def half_rate(levels):
    """Rate at which half have the event, by [(rate, events, networks)] from the fewest on: the maximum of
    Firth's penalized likelihood (Biometrika 80, 1993) by two nested golden sections, no derivative."""
    shares = [events / n for _, events, n in levels]
    levels = levels[shares.index(min(shares)):]
    logs = [math.log(rate) for rate, _, _ in levels]
    middle = math.fsum(logs) / len(logs)

    def height(half, slope):
        total, sums = 0.0, [0.0, 0.0, 0.0]
        for (_, events, n), log in zip(levels, logs):
            z = slope * (log - half)
            total += events * z - n * (max(z, 0.0) + math.log1p(math.exp(-abs(z))))
            p = 1 / (1 + math.exp(-z))
            for power in range(3):
                sums[power] += n * p * (1 - p) * (log - middle) ** power
        return total + 0.5 * math.log(max(sums[0] * sums[2] - sums[1] ** 2, 1e-300))

    def largest(function, low, high):
        golden = (math.sqrt(5) - 1) / 2
        a, b = high - golden * (high - low), low + golden * (high - low)
        fa, fb = function(a), function(b)
        for _ in range(48):
            if fa < fb:
                low, a, fa = a, b, fb
                b = low + golden * (high - low)
                fb = function(b)
            else:
                high, b, fb = b, a, fa
                a = high - golden * (high - low)
                fa = function(a)
        return (low + high) / 2

    best = lambda slope: largest(lambda half: height(half, slope), min(logs) - 1, max(logs) + 1)
    slope = math.exp(largest(lambda log: height(best(math.exp(log)), math.exp(log)), -1.0, 4.0))
    return math.exp(best(slope))


def check_half_rates(figures):
    """Half-learning rates of `width` with their intervals: Student's t on the logarithm, jackknife over seeds."""
    seen = defaultdict(list)
    with (figures / "width" / "networks.csv").open() as file:
        for row in csv.DictReader(file):
            key = row["labels"], row["width"]
            seen[key].append((float(row["learning_rate"]), row["replicate"], row["learned"] == "0"))
    with (figures / "width" / "half-rates.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["measure"] == "half_learning_rate"]
    wrong = []
    for row in rows:
        networks = seen[row["labels"], row["width"]]
        rates, seeds = (sorted({one[place] for one in networks}) for place in (0, 1))

        def without(left_out):
            counts = [[one[2] for one in networks if one[0] == rate and one[1] != left_out] for rate in rates]
            return math.log(half_rate([(rate, sum(own), len(own)) for rate, own in zip(rates, counts)]))

        value, rest = without(None), [without(seed) for seed in seeds]
        n = len(rest)
        error = math.sqrt((n - 1) / n * math.fsum((one - math.fsum(rest) / n) ** 2 for one in rest))
        reach = t_quantile(0.95, n - 1) * error
        found = [math.exp(x) for x in (value, value - reach, value + reach)]
        if row["low95"] == "":
            found = found[:1]
        printed = [float(row[name]) for name in ("value", "low95", "high95")[: len(found)]]
        if not all(math.isclose(a, b, rel_tol=1e-4) for a, b in zip(found, printed)):
            wrong.append(f"width half_learning_rate {row['labels']} {row['width']}: {found}, published {printed}")
    return len(rows), wrong


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2] / "figures")
    total, wrong = 0, []
    for asked in ASKED:
        if not (root / asked[0] / f"{asked[1]}.csv").exists():
            sys.exit(f"{root / asked[0] / asked[1]}.csv is not there")
        count, own = check(root, *asked)
        print(f"{' '.join(asked[:3])}: {count} numbers with their intervals, {len(own)} differ")
        total, wrong = total + count, wrong + own
    for asked in DIFFERENCES:
        count, own = check_differences(root, *asked)
        print(f"{' '.join(asked[:3])}: {count} differences with their intervals, {len(own)} differ")
        total, wrong = total + count, wrong + own
    count, own = check_half_rates(root)
    print(f"width half_learning_rate: {count} rates with their intervals, {len(own)} differ")
    total, wrong = total + count, wrong + own
    print(*wrong, sep="\n", end="\n" if wrong else "")
    sys.exit(1 if wrong else print(f"all {total} agree"))


main()
