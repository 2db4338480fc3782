#!/usr/bin/env python3
"""The figures of src/stats beside a second implementation: scipy, and mpmath where scipy itself is not exact enough.

usage: accuracy_test.py FIGURES     FIGURES is the program stats_figures; exits 77 where scipy or mpmath is missing
"""

import itertools
import math
import os
import subprocess
import sys
import unittest

try:
    import mpmath
    import numpy
    from scipy import integrate, special, stats
except ImportError as missing:
    system = "/usr/bin/python3"  # Debian's packages belong to Debian's Python, whatever stands first in PATH
    if os.path.realpath(sys.executable) != os.path.realpath(system) and os.path.exists(system):
        os.execv(system, [system, "-B", *sys.argv])
    print(f"accuracy cannot run here: {missing}; install python3-scipy and python3-mpmath")
    sys.exit(77)

mpmath.mp.dps = 40
PROGRAM = ""


def figures(questions):
    """The program's answer to each question, [name, number, ...]."""
    lines = "\n".join(" ".join([name, *(repr(float(n)) for n in numbers)]) for name, *numbers in questions)
    run = subprocess.run([PROGRAM], input=lines + "\n", capture_output=True, text=True, timeout=240, check=True)
    return [[float(word) for word in line.split()] for line in run.stdout.splitlines()]


COUNTS = [(0, 1), (0, 100), (1, 100), (3, 100), (50, 100), (100, 100), (7, 1234), (120, 10_000), (9_950, 1_000_000),
          (1_000, 10_000_000), (0, 4500), (12, 1_000_000_000), (10_001_000, 1_000_000_000)]
LIMITS = [0.0001, 0.01, 0.05, 0.5, 0.9]


def log_beta(a, b):
    return mpmath.loggamma(a) + mpmath.loggamma(b) - mpmath.loggamma(mpmath.mpf(a) + b)


def log_mixture(a, b, x, n, limit):
    a, b, limit = mpmath.mpf(a), mpmath.mpf(b), mpmath.mpf(limit)
    return log_beta(a + x, b + n - x) - log_beta(a, b) - x * mpmath.log(limit) - (n - x) * mpmath.log(1 - limit)


def betainc(a, b, x):
    """The regularised incomplete Beta function, by its hypergeometric series: scipy's loses digits at 1e6 counts."""
    if x > a / (a + b):
        return 1 - betainc(b, a, 1 - mpmath.mpf(x))
    a, b, x = mpmath.mpf(a), mpmath.mpf(b), mpmath.mpf(x)
    total = term = mpmath.mpf(1)
    k = 0
    while term > total * mpmath.mpf(10) ** -30:
        term *= (a + b + k) / (a + 1 + k) * x
        total += term
        k += 1
    return mpmath.exp(a * mpmath.log(x) + b * mpmath.log(1 - x) - log_beta(a, b)) / a * total


class AccuracyTest(unittest.TestCase):
    def assert_close(self, found, wanted, relative, what, absolute=0.0):
        wanted = float(wanted)
        if math.isinf(wanted) or math.isinf(found):
            self.assertEqual(found, wanted, what)
        else:
            self.assertLessEqual(abs(found - wanted), max(relative * abs(wanted), absolute), f"{what}: {found!r} for {wanted!r}")

    def test_log_beta_and_binomial_terms_keep_their_digits_at_a_billion(self):
        pairs = [(0.5, 0.5), (0.5, 100.5), (3.5, 1e6), (1e9, 0.5), (1e9 + 0.5, 5e8), (12.5, 1e9), (17, 16)]
        for (a, b), (found,) in zip(pairs, figures([("log_beta", a, b) for a, b in pairs])):
            self.assert_close(found, log_beta(a, b), 1e-14, (a, b))
        terms = [(x, n, p) for x, n in COUNTS for p in LIMITS]
        for (x, n, p), (found,) in zip(terms, figures([("log_binomial", *term) for term in terms])):
            exact = mpmath.mpf(p)
            wanted = mpmath.log(mpmath.mpf(1)) + mpmath.loggamma(n + 1) - mpmath.loggamma(x + 1) - mpmath.loggamma(
                n - x + 1) + x * mpmath.log(exact) + (n - x) * mpmath.log(1 - exact)
            self.assert_close(found, wanted, 1e-13, (x, n, p), 1e-13)

    def test_mixtures_of_likelihood_ratios(self):
        terms = [(a, b, x, n, limit) for x, n in COUNTS for limit in LIMITS for a, b in [(0.5, 0.5), (0.5, 50)]]
        for term, (found,) in zip(terms, figures([("log_beta_mixture", *term) for term in terms])):
            self.assert_close(found, log_mixture(*term), 1e-12, term, 1e-11)

    def test_one_sided_evidence_is_the_truncated_mixture(self):
        cases = [(x, n, limit) for x, n in COUNTS if n <= 1_000_000 for limit in LIMITS if limit <= 0.5]
        for (x, n, limit), found in zip(cases, figures([("evidence", *case) for case in cases])):
            below = self.truncated(0.5, 0.5, x, n, limit, 0, limit)
            above = self.truncated(0.5, 1 / (2 * limit), x, n, limit, limit, 1)
            self.assertGreater(min(found[:2]), -1e6, "a tail that underflows is followed further")
            if x < n * limit:
                self.assert_close(found[0], below, 1e-9, ("pass", x, n, limit), 1e-9)
            if x > n * limit:
                self.assert_close(found[1], above, 1e-9, ("fail", x, n, limit), 1e-9)
            self.assert_close(found[2], stats.binom.cdf(x, n, limit), 1e-10, ("p pass", x, n, limit), 1e-300)
            self.assert_close(found[3], stats.binom.sf(x - 1, n, limit), 1e-10, ("p fail", x, n, limit), 1e-300)

    def truncated(self, a, b, x, n, limit, low, high):
        """ln of the integral of the likelihood ratio over the part of Beta(a, b) between low and high, in scipy."""
        def mass(c, d):
            return special.betainc(c, d, high) if low == 0 else special.betainc(d, c, 1 - low)
        posterior = mass(a + x, b + n - x)
        if posterior < 1e-250:
            return math.nan
        return float(log_mixture(a, b, x, n, limit)) + math.log(posterior) - math.log(mass(a, b))

    def test_posterior_probabilities_of_proportions(self):
        cases = [(x, n, limit) for x, n in COUNTS for limit in LIMITS]
        for (x, n, limit), (below, above) in zip(cases, figures([("probability", *case) for case in cases])):
            exact = mpmath.mpf(limit)
            self.assert_close(below, betainc(0.5 + x, 0.5 + n - x, exact), 1e-10, ("below", x, n, limit), 1e-290)
            self.assert_close(above, betainc(0.5 + n - x, 0.5 + x, 1 - exact), 1e-10, ("above", x, n, limit), 1e-290)
            self.assert_close(below + above, 1, 1e-14, ("sum", x, n, limit))

    def test_intervals_of_proportions(self):
        for level in (0.9, 0.95, 0.999):
            credible = figures([("credible", x, n, level) for x, n in COUNTS])
            exact = figures([("clopper_pearson", x, n, level) for x, n in COUNTS])
            tail = (1 - level) / 2
            for (x, n), (lower, upper), (least, most) in zip(COUNTS, credible, exact):
                what = (x, n, level)
                posterior = stats.beta(0.5 + x, 0.5 + n - x)
                self.assert_close(lower, 0 if x == 0 else posterior.ppf(tail), 1e-10, what)
                self.assert_close(upper, 1 if x == n else posterior.isf(tail), 1e-10, what)
                self.assert_close(least, 0 if x == 0 else stats.beta.ppf(tail, x, n - x + 1), 1e-10, what)
                self.assert_close(most, 1 if x == n else stats.beta.isf(tail, x + 1, n - x), 1e-10, what)

    def test_the_confidence_sequence_ends_where_the_mixture_reaches_its_bound(self):
        for (x, n), (lower, upper) in zip(COUNTS, figures([("sequence", x, n, 0.05) for x, n in COUNTS])):
            if x > 0:
                self.assert_close(float(log_mixture(0.5, 0.5, x, n, lower)), math.log(20), 1e-6, ("lower", x, n))
            if x < n:
                self.assert_close(float(log_mixture(0.5, 0.5, x, n, upper)), math.log(20), 1e-6, ("upper", x, n))

    def test_means(self):
        cases = [(n, mean, variance, limit) for n in (2, 5, 30, 1000, 1e6) for mean, variance, limit in
                 [(10, 4, 10.1), (10, 4, 9), (0.001, 1e-6, 0.0011), (-5, 100, 3)]]
        found = figures([("mean_probability", *case) for case in cases])
        intervals = figures([("mean_credible", *case[:3], 0.95) for case in cases])
        for (n, mean, variance, limit), (p,), (lower, upper) in zip(cases, found, intervals):
            scale = math.sqrt(variance / n)
            self.assert_close(p, stats.t.cdf((limit - mean) / scale, n - 1), 1e-10, (n, mean, limit))
            half = scale * stats.t.isf(0.025, n - 1)
            self.assert_close(lower, mean - half, 1e-10, (n, mean))
            self.assert_close(upper, mean + half, 1e-10, (n, mean))

    def test_the_t_mixture_is_the_mixture_of_non_central_t_densities(self):
        """Over positive effects theta = delta sqrt(n) with variance n rho^2 = (1 - r)/r, by quadrature."""
        cases = [(t, nu, r) for t in (-1.5, 0.5, 2, 3.5) for nu in (9, 99) for r in (0.5, 0.05)]
        for (t, nu, r), (found,) in zip(cases, figures([("student_mixture", *case) for case in cases])):
            spread = math.sqrt((1 - r) / r)

            def term(theta, t=t, nu=nu, spread=spread):
                return stats.nct.pdf(t, nu, theta) * 2 * stats.norm.pdf(theta, scale=spread)
            wanted, _ = integrate.quad(term, 0, max(10.0, t + 12), epsabs=1e-14, epsrel=1e-11, limit=400)
            wanted = math.log(wanted / stats.t.pdf(t, nu))
            if t > 0:
                self.assert_close(found, wanted, 1e-6, (t, nu, r), 1e-6)

    def test_the_width_of_the_t_mixture(self):
        for nu, r, alpha in itertools.product((30, 1000), (0.5, 0.1), (0.05, 0.01)):
            [(width,)] = figures([("student_width", nu, r, alpha)])
            if math.isinf(width):
                continue
            log_e = 0.5 * math.log(r) - (nu + 1) / 2 * (
                math.log1p(r * width * width / nu) - math.log1p(width * width / nu))
            self.assert_close(log_e, -math.log(alpha), 1e-10, (nu, r, alpha))

    def test_rates(self):
        cases = [(x, t, limit) for x, t in [(0, 10), (3, 10), (100, 90), (100_000, 1e5)] for limit in (0.2, 1, 1.02)]
        evidences = figures([("rate_evidence", *case) for case in cases])
        for (x, t, limit), found in zip(cases, evidences):
            what = (x, t, limit)
            self.assert_close(found[2], stats.poisson.cdf(x, limit * t), 1e-10, what, 1e-300)
            self.assert_close(found[3], stats.poisson.sf(x - 1, limit * t), 1e-10, what, 1e-300)
            limit, t = mpmath.mpf(limit), mpmath.mpf(t)
            rate = 1 / (2 * limit)
            above = (limit * t - x * mpmath.log(limit) + 0.5 * mpmath.log(rate) + mpmath.loggamma(x + 0.5) -
                     mpmath.loggamma(0.5) - (x + 0.5) * mpmath.log(rate + t) +
                     mpmath.log(mpmath.gammainc(x + 0.5, (rate + t) * limit, regularized=True)) -
                     mpmath.log(mpmath.gammainc(0.5, rate * limit, regularized=True)))
            below = (limit * t - x * mpmath.log(limit) - mpmath.log(2 * mpmath.sqrt(limit)) +
                     mpmath.loggamma(x + 0.5) - (x + 0.5) * mpmath.log(t) +
                     mpmath.log(mpmath.gammainc(x + 0.5, 0, t * limit, regularized=True)))
            if x < limit * t:
                self.assert_close(found[0], below, 1e-9, what, 1e-9)
            if x > limit * t:
                self.assert_close(found[1], above, 1e-9, what, 1e-9)
        for x, t in [(0, 10), (3, 10), (100_000, 1e5)]:
            [(lower, upper)] = figures([("rate_credible", x, t, 0.95)])
            self.assert_close(lower, 0 if x == 0 else stats.gamma.ppf(0.025, x + 0.5, scale=1 / t), 1e-10, x)
            self.assert_close(upper, stats.gamma.isf(0.025, x + 0.5, scale=1 / t), 1e-10, x)

    def test_traffic_splits(self):
        cases = [([50, 50], [5050, 4950]), ([1, 2, 7], [100, 230, 670]), ([90, 10], [9_000_000, 1_003_000]),
                 ([0, 50, 50], [0, 10, 30])]
        found = figures([("chi_square", *weights, *counts) for weights, counts in cases])
        for (weights, counts), (p, log_e) in zip(cases, found):
            kept = [(w, c) for w, c in zip(weights, counts) if w > 0]
            weights, counts = [w for w, _ in kept], [c for _, c in kept]
            shares = [w / sum(weights) for w in weights]
            wanted = stats.chisquare(counts, [share * sum(counts) for share in shares]).pvalue
            self.assert_close(p, wanted, 1e-10, counts)
            mixture = mpmath.loggamma(1000) - mpmath.loggamma(1000 + sum(counts))
            for share, count in zip(shares, counts):
                mixture += (mpmath.loggamma(1000 * mpmath.mpf(share) + count) - mpmath.loggamma(1000 * mpmath.mpf(share)) -
                            count * mpmath.log(mpmath.mpf(share)))
            self.assert_close(log_e, mixture, 1e-9, counts, 1e-9)

    def test_conditional_likelihood_ratios_are_those_of_the_non_central_hypergeometric(self):
        tables = [(3, 40, 9, 60), (0, 500, 4, 30), (45, 900, 61, 1000), (700, 9500, 40, 500), (5000, 90_000, 5600, 91_000)]
        half = [0.02 * 250 ** (k / 19) for k in range(20)]
        nodes = [-node for node in reversed(half)] + [0.0] + half
        for table in tables:
            [found] = figures([("conditional", *table, 0.4)])
            x, n, y, m = table
            events = x + y
            terms = [(k, special.gammaln(m + 1) - special.gammaln(k + 1) - special.gammaln(m - k + 1) +
                      special.gammaln(n + 1) - special.gammaln(events - k + 1) - special.gammaln(n - events + k + 1))
                     for k in range(max(0, events - n), min(m, events) + 1)]
            for node, log_ratio in zip(nodes, found):
                psi = 0.4 * node
                moment = special.logsumexp([term + psi * k for k, term in terms])
                wanted = psi * y - moment + special.logsumexp([term for _, term in terms])
                self.assert_close(log_ratio, wanted, 1e-7, (table, psi), 2e-7)

    def test_fishers_exact_test(self):
        for x, n, y, m in [(3, 40, 9, 60), (0, 500, 4, 30), (700, 9500, 40, 500), (5000, 90_000, 5600, 91_000)]:
            [(few, many)] = figures([("fisher", x, n, y, m)])
            table = [[y, m - y], [x, n - x]]
            self.assert_close(few, stats.fisher_exact(table, "less")[1], 1e-9, table)
            self.assert_close(many, stats.fisher_exact(table, "greater")[1], 1e-9, table)

    def test_behrens_fisher_probabilities(self):
        cases = [((5, 10, 4), (6, 12, 9), 1, 0), ((30, 1, 2), (45, 1.3, 1), 1, 0), ((2, 1, 1), (3, 4, 2), 1, 0),
                 ((400, 10, 4), (300, 10.4, 9), 1.05, 0), ((400, 10, 4), (300, 10.4, 9), 1, 0.1),
                 ((1e6, 10, 4), (50, 10.4, 9), 1, 0)]
        found = figures([("means_at_most", *a, *b, ratio, shift) for a, b, ratio, shift in cases])
        for (a, b, ratio, shift), (p,) in zip(cases, found):
            def density(z, a=a, b=b, ratio=ratio, shift=shift):
                x = a[1] + math.sqrt(a[2] / a[0]) * z
                return stats.t.pdf(z, a[0] - 1) * stats.t.cdf((ratio * x + shift - b[1]) / math.sqrt(b[2] / b[0]), b[0] - 1)
            if a[0] < 10:
                wanted, _ = integrate.quad(lambda w: density(math.sinh(w)) * math.cosh(w), -40, 40, points=[-2, 0, 2],
                                           epsabs=1e-13, epsrel=1e-12, limit=500)
            else:
                wanted, _ = integrate.quad(density, -40, 40, points=[-8, -2, 0, 2, 8], epsabs=1e-13, epsrel=1e-12, limit=500)
                norm, _ = integrate.quad(lambda z: stats.t.pdf(z, a[0] - 1), -40, 40, points=[-8, -2, 0, 2, 8],
                                         epsabs=1e-13, epsrel=1e-12, limit=500)
                wanted /= norm  # scipy's density loses digits at many degrees of freedom
            self.assert_close(p, wanted, 1e-10, (a, b, ratio, shift))

    @staticmethod
    def beta_integral(function, shapes):
        """Of function(p), smooth on the scale of the narrowest of these Betas, by panels around all of them."""
        edges = {0.0, math.pi / 2}
        for a, b in shapes:
            middle, spread = math.atan2(math.sqrt(a), math.sqrt(b)), 0.5 / math.sqrt(a + b)
            edges.update(middle + z * spread for z in (-14, -9, -6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6, 9, 14))
        edges = sorted(edge for edge in edges if 0 <= edge <= math.pi / 2)
        total = 0.0
        for low, high in zip(edges, edges[1:]):
            value, _ = integrate.fixed_quad(
                lambda angles: function(numpy.sin(angles) ** 2) * numpy.sin(2 * angles), low, high, n=20)
            total += value
        return total

    def test_probabilities_between_proportions(self):
        cases = [((5, 100), (9, 100), 1), ((0, 100), (0, 50), 1), ((0, 100), (2, 5000), 1), ((50, 1000), (66, 1000), 1.2),
                 ((500, 10_000), (560, 10_000), 1), ((99, 100), (5, 5), 1)]
        found = figures([("proportions_at_most", *a, *b, ratio) for a, b, ratio in cases])
        for (a, b, ratio), (p,) in zip(cases, found):
            old, new = [(0.5 + x, 0.5 + n - x) for x, n in (a, b)]
            wanted = self.beta_integral(
                lambda p, old=old, new=new, ratio=ratio: stats.beta.pdf(p, *old) * special.betainc(*new, numpy.minimum(1.0, ratio * p)),
                [old, new])
            norm = self.beta_integral(lambda p, old=old: stats.beta.pdf(p, *old), [old])
            self.assert_close(p, wanted / norm, 1e-9, (a, b, ratio))
        # By mpmath with 25 digits, panels of 2e-9; one adaptive Gauss-Kronrod rule over [0, 1] answers 0.
        [(p,)] = figures([("proportions_at_most", 20, 1e9, 12, 1e9, 1)])
        self.assert_close(1 - p, 0.07811902856576291892, 1e-12, "12 and 20 in 1e9")
        [(best, *_)] = figures([("ranked", 12, 1e9, 20, 1e9)])
        self.assert_close(best, 0.07811902856576291892, 1e-12, "12 and 20 in 1e9")

    def test_lift_intervals_and_expected_loss(self):
        cases = [((500, 10_000), (560, 10_000)), ((5, 100), (9, 100)), ((50, 1000), (50, 1000)), ((20, 300), (1, 300))]
        for (a, b), (beats, lower, upper, loss) in zip(cases, figures([("compared", *a, *b) for a, b in cases])):
            ratios = [1 + lower, 1 + upper]
            tails = figures([("proportions_at_most", *a, *b, ratio) for ratio in ratios])
            self.assert_close(tails[0][0], 0.025, 1e-8, (a, b))
            self.assert_close(tails[1][0], 0.975, 1e-8, (a, b))
            old, new = [(0.5 + x, 0.5 + n - x) for x, n in (a, b)]
            wanted = self.beta_integral(
                lambda p, old=old, new=new: special.betainc(*new, p) * special.betainc(old[1], old[0], 1 - p), [old, new])
            self.assert_close(loss, wanted, 1e-9, (a, b))
            [(not_above,)] = figures([("proportions_at_most", *a, *b, 1)])
            self.assert_close(beats + not_above, 1, 1e-11, (a, b))

    def test_probability_of_being_best(self):
        fields = [[(5, 100), (9, 100), (7, 90)], [(0, 100), (0, 100), (1, 100)],
                  [(100 + 3 * i, 2000) for i in range(10)], [(12, 10**5), (20, 10**5), (15, 10**5)],
                  [(500, 10_000), (3, 50), (50_000, 10**6)], [(2, 10), (300_000, 10**6), (299_500, 10**6)]]
        found = figures([("ranked", *itertools.chain(*field)) for field in fields])
        for field, values in zip(fields, found):
            shapes = [(0.5 + x, 0.5 + n - x) for x, n in field]
            self.assert_close(sum(values[:len(field)]), 1, 1e-10, field)
            for i, own in enumerate(shapes):
                others = [shape for j, shape in enumerate(shapes) if j != i]
                wanted = self.beta_integral(
                    lambda p, own=own, others=others: stats.beta.pdf(p, *own) * math.prod(
                        special.betainc(*other, p) for other in others), shapes)
                norm = self.beta_integral(lambda p, own=own: stats.beta.pdf(p, *own), [own])
                self.assert_close(values[i], wanted / norm, 1e-9, (field, i), 1e-9)
                loss = self.beta_integral(
                    lambda p, own=own: special.betainc(*own, p) - math.prod(special.betainc(*s, p) for s in shapes), shapes)
                self.assert_close(values[len(field) + i], loss, 1e-7, (field, i), 1e-12)

    def test_best_of_two_means_is_behrens_fisher(self):
        for a, b in [((5, 10, 4), (6, 12, 9)), ((400, 10, 4), (300, 10.4, 9)), ((2, 1, 1), (3, 4, 2))]:
            [(best_a, best_b, *_)] = figures([("ranked_means", *a, *b)])
            [(below,)] = figures([("means_at_most", *a, *b, 1, 0)])
            self.assert_close(best_a, below, 1e-9, (a, b))
            self.assert_close(best_b, 1 - below, 1e-9, (a, b))

    def test_quantile_intervals_are_order_statistics(self):
        for n, q in itertools.product((50, 400, 5000), (0.5, 0.9, 0.99)):
            [(lower, upper)] = figures([("quantile_interval", q, 0.95, *range(1, n + 1))])
            ranks = range(0, n + 2)
            least = max([r for r in ranks if r >= 1 and stats.binom.cdf(r - 1, n, q) <= 0.025], default=-math.inf)
            most = min([r for r in ranks if 1 <= r <= n and stats.binom.sf(r - 1, n, q) <= 0.025], default=math.inf)
            self.assertEqual((lower, upper), (least, most), (n, q))

    def test_the_band_of_the_distribution_function_is_the_published_one(self):
        [(band,)] = figures([("band", 1000, 100, 0.05)])  # Howard & Ramdas 2022: 0.08204769 by their own program
        self.assert_close(band, 0.08204769, 1e-5, "band")

    def test_plans(self):
        self.assertEqual(figures([("clean_units", 0.01, 0.05)])[0][:2], [299, 377])
        for rate, limit, fixed in [(0.002, 0.01, 630), (0.005, 0.01, 1950), (0.02, 0.01, 910), (0.05, 0.01, 110)]:
            [(units, _)] = figures([("units_to_decide", rate, limit)])
            self.assertLess(abs(units - fixed), 0.12 * fixed, (rate, limit))
        [(units,)] = figures([("units_to_compare", 0.05, 0.2)])
        self.assert_close(units, 8158, 2e-3, "0.05 and 0.06")


if __name__ == "__main__":
    PROGRAM = sys.argv.pop()
    unittest.main(verbosity=1)
