#pragma once

namespace iter8::stats {

// The t mixture behind evidence about means and differences of means: the ratio of the density of a t
// statistic under a Gaussian mixture of effects to that under none (Lindon, Ham, Tingley & Bojinov, arXiv
// 2210.08589). `shrinkage` is r = 1/(1 + n rho^2), the share of the variance that the mixture leaves to
// chance, in (0, 1).

/// n rho^2 at the n where evidence is sharpest: -2 ln(alpha) + ln(1 - 2 ln(alpha)) (Waudby-Smith, Arbour,
/// Sinha, Kennedy & Ramdas 2024).
double mixture_precision(double alpha);

/// The alpha for which the mixtures are tuned: where their evidence is sharpest. Validity does not depend on
/// it.
constexpr double kTuningAlpha = 0.05;

/// ln e-value of "the effect is positive", one-sided: the half mixture over positive effects,
/// ln E + ln 2 + ln F_{nu+1}(t sqrt((1-r)(nu+1)/(nu + r t^2))). At most 0 for t <= 0. Finite.
double log_student_mixture(double t, double freedom, double shrinkage);

/// Standard errors to either side that the two-sided mixture does not reject; infinite while it rejects
/// nothing.
double student_mixture_width(double freedom, double shrinkage, double alpha);

}  // namespace iter8::stats
