"""Minimax polynomials for elementary.rs: python elementary.py prints their coefficients.

Remez's exchange on a grid of Chebyshev nodes, in 40 digits (mpmath); the error is weighted so that
it counts relative to the result of the function.
"""

import mpmath
import numpy
from mpmath import mpf

mpmath.mp.dps = 40


def remez(function, weight, low, high, degree, nodes=400):
    """Coefficients c of the polynomial with the smallest max |(p - function) weight|."""
    low, high = mpf(low), mpf(high)
    half = mpf(1) / 2
    xs = [low + (high - low) * (1 - mpmath.cos(mpmath.pi * (i + half) / nodes)) / 2 for i in range(nodes)]
    values, weights = [function(x) for x in xs], [weight(x) for x in xs]
    count = degree + 2
    reference = [round((nodes - 1) * (1 - numpy.cos(numpy.pi * i / (count - 1))) / 2) for i in range(count)]
    while True:
        system, right = mpmath.matrix(count, count), mpmath.matrix(count, 1)
        for row, i in enumerate(reference):
            for power in range(degree + 1):
                system[row, power] = xs[i] ** power
            system[row, degree + 1] = (-1) ** row / weights[i]
            right[row] = values[i]
        solution = mpmath.lu_solve(system, right)
        coefficients = [solution[power] for power in range(degree + 1)]
        errors = [
            (sum(c * x**power for power, c in enumerate(coefficients)) - value) * w
            for x, value, w in zip(xs, values, weights)
        ]
        # The largest error of each stretch of one sign.
        stretches = [[0]]
        for i in range(1, nodes):
            if (errors[i] > 0) == (errors[i - 1] > 0):
                stretches[-1].append(i)
            else:
                stretches.append([i])
        extrema = [max(stretch, key=lambda i: abs(errors[i])) for stretch in stretches]
        while len(extrema) > count:
            extrema.pop(0 if abs(errors[extrema[0]]) < abs(errors[extrema[-1]]) else -1)
        if len(extrema) < count or extrema == reference:
            return coefficients, max(abs(error) for error in errors)
        reference = extrema


def show(name, fit):
    coefficients, error = fit
    print(f"{name}: largest error 2^{mpmath.nstr(mpmath.log(error, 2), 4)}")
    for power, coefficient in enumerate(coefficients):
        print(f"  {power}: {mpmath.nstr(coefficient, 12)}")


tiny = mpf("1e-20")


def exp_rest(r):
    """(e^r - 1 - r) / r^2."""
    return (mpmath.exp(r) - 1 - r) / r**2 if abs(r) > mpf("1e-6") else mpf(1) / 2 + r / 6 + r * r / 24


def erf_ratio(w):
    """erf(x) / x with w = x^2."""
    return mpmath.erf(mpmath.sqrt(w)) / mpmath.sqrt(w) if w > tiny else 2 / mpmath.sqrt(mpmath.pi)


def artanh_rest(w):
    """(artanh(s) / s - 1) / w with w = s^2."""
    s = mpmath.sqrt(w)
    return (mpmath.atanh(s) / s - 1) / w if w > mpf("1e-12") else mpf(1) / 3


reach = mpmath.log(2) / 2 * mpf("1.001")
show("exp: (e^r - 1 - r) / r^2 in r", remez(exp_rest, lambda r: r**2, -reach, reach, 4))
show("ln_1p: (artanh(s) / s - 1) / s^2 in s^2", remez(artanh_rest, lambda w: w, tiny, mpf(1) / 9, 3))
show("erf: erf(x) / x in x^2", remez(erf_ratio, lambda w: 1 / erf_ratio(w), tiny, 1, 6))
show(
    "erf: -ln(1 - erf(x)) in x",
    remez(lambda x: -mpmath.log(mpmath.erfc(x)), lambda x: mpmath.erfc(x) / mpmath.erf(x), 1, 4, 6),
)
