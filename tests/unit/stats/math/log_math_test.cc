#include "stats/math/log_math.h"

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include "stats/math/distributions.h"
#include "stats/math/estimate.h"
#include "stats/math/legendre.h"
#include "stats/math/root.h"

// Values by mpmath with 40 digits; many more in tests/accuracy.

namespace iter8::stats {
namespace {

TEST_CASE("sums of exponentials do not overflow") {
  CHECK(log_sum_exp(std::vector{1000.0, 1000.0}) == Approx(1000 + std::log(2.0)).epsilon(1e-15));
  CHECK(log_sum_exp(std::vector{-kInfinity, -2.0}) == -2);
  CHECK(log_sum_exp(std::vector<double>{}) == -kInfinity);
  CHECK(std::isfinite(log_sum_exp(std::vector{-1e9, -1e9})));
}

TEST_CASE("the Beta function keeps its digits at a billion") {
  CHECK(log_beta(0.5, 0.5) == Approx(std::log(std::acos(-1.0))).epsilon(1e-14));
  CHECK(log_beta(3.5, 1e6) == Approx(-47.15331772552351).epsilon(1e-14));
}

TEST_CASE("the deviance is 0 at its mean and exact beside it") {
  CHECK(deviance(1e9, 1e9) == 0);
  CHECK(deviance(1e9 + 1, 1e9) == Approx(0.5e-9).epsilon(1e-9));
  CHECK(deviance(0, 3) == 3);
}

TEST_CASE("arguments out of range give NaN") {
  CHECK(std::isnan(log_beta(0, 1)));
  CHECK(std::isnan(log_beta(1, -1)));
  CHECK(std::isnan(stirling_error(0)));
  CHECK(std::isnan(deviance(-1, 1)));
  CHECK(std::isnan(log_beta_mixture(0.5, 0.5, 3, 2, 0.5)));
  CHECK(std::isnan(log_beta_mixture(0.5, 0.5, 1, 2, 1)));
  CHECK(std::isnan(log_binomial(3, 2, 0.5)));
  CHECK(std::isnan(beta_below(-1, 1, 0.5)));
  CHECK(std::isnan(beta_quantile(1, 1, 2)));
  CHECK(std::isnan(student_below(1, 0)));
  CHECK(std::isnan(student_quantile(kNan, 3)));
  CHECK(std::isnan(gamma_below(1, -1, 1)));
  CHECK(std::isnan(normal_quantile(-0.1)));
  CHECK(std::isnan(binomial_at_most(3, 2, 0.5)));
  CHECK(std::isnan(poisson_at_most(-1, 2)));
  CHECK(std::isnan(beta_below(0.5, 0.5, kNan)));
}

TEST_CASE("the Gaussian's logarithm goes on where its value underflows") {
  CHECK(log_normal_below(-40) == Approx(-804.6084420137538).epsilon(1e-12));
  CHECK(log_normal_below(-30.0001) == Approx(log_normal_below(-29.9999)).epsilon(1e-4));
  CHECK(log_normal_below(8) == Approx(-6.220960574271786e-16).epsilon(1e-10));
}

TEST_CASE("a root is found, or the nearer end where there is none") {
  const auto rising = [](double x) { return x * x * x - 2; };
  CHECK(root_of(rising, 0, 10) == Approx(std::cbrt(2.0)).epsilon(1e-11));
  CHECK(root_of(rising, 2, 10) == 2);
  CHECK(root_of(rising, -5, 1) == 1);
  CHECK(std::isnan(root_of([](double) { return kNan; }, 0, 1)));
}

TEST_CASE("a panel integrates polynomials exactly and knows the integral up to each point") {
  PanelValues values{};
  for (std::size_t i = 0; i < kPanelNodes; ++i) values[i] = std::pow(panel_nodes()[i], 5) + 1;
  const Antiderivative series = antiderivative(values);
  const auto exact = [](double t) { return (std::pow(t, 6) - 1) / 6 + t + 1; };
  for (const double t : {-1.0, -0.3, 0.0, 0.8, 1.0})
    CHECK(value_at(series, t) == Approx(exact(t)).margin(1e-14));
  for (std::size_t i = 0; i < kPanelNodes; ++i) {
    double integral = 0;
    for (std::size_t j = 0; j < kPanelNodes; ++j) integral += panel_integrals()[i][j] * values[j];
    CHECK(integral == Approx(exact(panel_nodes()[i])).margin(1e-14));
  }
}

}  // namespace
}  // namespace iter8::stats
