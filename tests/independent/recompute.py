"""Recomputes published numbers from the published tables of single networks, with other code.

`python recompute.py [FIGURES]` reads figures/STUDY/TABLE.csv, takes the rows of single networks
(those with a `replicate`), and computes mean and 95% interval anew: of shares by Student's t on the
logit of the mean, of other numbers by Student's t. Each must equal the row over networks to the
last digit that is printed anywhere (six significant digits). Needs nothing but Python.

Student's quantile is found by bisection of the integral of its density, not by the program's
incomplete beta function.
"""

import csv
import math
import sys
from collections import defaultdict
from pathlib import Path

# Study, table, measure, and the scale of its interval.
ASKED = [
    ("learning-rate", "dose-response", "dead_filters", "logit"),
    ("learning-rate", "dose-response", "dead_of_learned", "logit"),
    ("learning-rate", "dose-response", "silent_units", "logit"),
    ("learning-rate", "dose-response", "held_out_accuracy", "plain"),
    ("initialization", "lives", "dead_filters", "logit"),
    ("initialization", "lives", "ever_dead_filters", "logit"),
    ("initialization", "accuracy", "accuracy_minus_he", "plain"),
    ("activation", "silent", "silent_filters", "logit"),
    ("activation", "accuracy", "accuracy_minus_relu_at_rate", "plain"),
    ("stopped-weights", "intervals", "bit_equal", "logit"),
    ("stopped-weights", "causes", "dead", "logit"),
    ("stopped-weights", "kept", "stopped_of_learned", "logit"),
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
    if scale == "plain":
        return mean, mean - t * error, mean + t * error
    logit, reach = math.log(mean / (1 - mean)), t * error / (mean * (1 - mean))
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


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2] / "figures")
    total, wrong = 0, []
    for asked in ASKED:
        if not (root / asked[0] / f"{asked[1]}.csv").exists():
            sys.exit(f"{root / asked[0] / asked[1]}.csv is not there")
        count, own = check(root, *asked)
        print(f"{' '.join(asked[:3])}: {count} numbers with their intervals, {len(own)} differ")
        total, wrong = total + count, wrong + own
    print(*wrong, sep="\n", end="\n" if wrong else "")
    sys.exit(1 if wrong else print(f"all {total} agree"))


main()
