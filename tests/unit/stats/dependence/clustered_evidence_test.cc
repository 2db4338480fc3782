#include "stats/dependence/clustered_evidence.h"

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include "stats/math/distributions.h"

using namespace iter8::stats;

namespace {

/// Counts and sums by a fixed rule, with a burst now and then. The wanted numbers come from a second
/// implementation of the formulas, in Python.
std::vector<Slice> series(int slices, double shift, int seed) {
  std::vector<Slice> result;
  for (int i = 0; i < slices; ++i) {
    const double count = 2 + (i * seed) % 3;
    const double burst = (i / 4) % 9 == seed % 9 ? 40 : 0;
    result.push_back({count, count * (5 + (i * i + seed * i) % 7) + shift * count + burst});
  }
  return result;
}

const std::vector<SliceStratum> kTwoStrata = {{series(40, 0, 1), series(40, 0.5, 2)},
                                              {series(50, 3, 4), series(50, 3.25, 5)}};

/// `misses` of 10 requests in each slice with a pause.
std::vector<Slice> shares(std::size_t slices, std::size_t every, double misses) {
  std::vector<Slice> result(slices, Slice{10, 0});
  for (std::size_t i = every / 2; i < slices; i += every) result[i].sum = misses;
  return result;
}

}  // namespace

TEST_CASE("a difference, its variance and what decided it") {
  const std::vector<SliceStratum> one = {{series(80, 0, 1), series(80, 0.5, 2)}};
  const ClusteredEstimate plain = clustered_difference(one, 1);
  CHECK_FALSE(plain.invalid_reason);
  CHECK(plain.estimate == Approx(-1.1917189679218971).epsilon(1e-12));
  CHECK(plain.variance == Approx(1.5575677178134675).epsilon(1e-12));
  CHECK(plain.persistence == Approx(0.15218228124120198).epsilon(1e-12));
  CHECK(plain.clusters == Approx(8.354038268514879).epsilon(1e-12));
  CHECK(plain.largest == Approx(0.47193166789942986).epsilon(1e-12));

  const ClusteredEstimate strata = clustered_difference(kTwoStrata, 1.1);
  CHECK(strata.estimate == Approx(-1.8162927716396164).epsilon(1e-12));
  CHECK(strata.variance == Approx(0.9347377894482333).epsilon(1e-12));
  CHECK(strata.persistence == Approx(0.061515776824827666).epsilon(1e-12));
  CHECK(strata.clusters == Approx(6.423788348171155).epsilon(1e-12));
}

TEST_CASE("the mean of one version") {
  const std::vector<std::vector<Slice>> strata = {series(80, 0, 1)};
  const ClusteredEstimate mean = clustered_mean(strata);
  CHECK(mean.estimate == Approx(10.01255230125523).epsilon(1e-12));
  CHECK(mean.variance == Approx(1.1998683745552372).epsilon(1e-12));
  CHECK(mean.persistence == Approx(0.3228352055219059).epsilon(1e-12));
}

TEST_CASE("what both versions meet at one time cancels") {
  std::vector<SliceStratum> strata(1);
  for (int i = 0; i < 64; ++i) {
    const double stall = i % 16 == 3 ? 1000 : 0;
    strata[0].baseline.push_back({10, 50 + stall + i % 2});
    strata[0].candidate.push_back({10, 50 + stall + (i + 1) % 2});
  }
  const ClusteredEstimate paired = clustered_difference(strata, 1);
  CHECK(paired.estimate == Approx(0).margin(1e-9));
  CHECK(paired.variance < 1e-3);
}

TEST_CASE("too little to say anything is said to be so") {
  const std::vector<SliceStratum> few = {{series(31, 0, 1), series(31, 0, 2)}};
  CHECK(clustered_difference(few, 1).invalid_reason == InvalidReason::too_few);
  const std::vector<SliceStratum> unlike = {{series(40, 0, 1), series(41, 0, 2)}};
  CHECK(clustered_difference(unlike, 1).invalid_reason == InvalidReason::mismatched);
  const std::vector<SliceStratum> nobody = {{series(40, 0, 1), std::vector<Slice>(40)}};
  CHECK(clustered_difference(nobody, 1).invalid_reason == InvalidReason::no_data);
  CHECK(clustered_difference({}, 1).invalid_reason == InvalidReason::no_data);
  CHECK(clustered_mean({}).invalid_reason == InvalidReason::no_data);
  const std::vector<std::vector<Slice>> infinite = {std::vector<Slice>(40, Slice{1, kInfinity})};
  CHECK(clustered_mean(infinite).invalid_reason == InvalidReason::non_finite);

  const ClusteredEstimate still = clustered_difference(
      std::vector<SliceStratum>{{std::vector<Slice>(40, {1, 5}), std::vector<Slice>(40, {1, 5})}}, 1);
  CHECK_FALSE(still.invalid_reason);
  CHECK(clustered_evidence(still, Side::at_most, 0, {}).invalid_reason == InvalidReason::no_variance);
}

TEST_CASE("evidence about a difference is Student's t with 31 degrees of freedom") {
  const ClusteredEstimate difference = clustered_difference(kTwoStrata, 1);
  const double t = (difference.estimate - 0.2) / std::sqrt(difference.variance);
  const Evidence below = clustered_evidence(difference, Side::at_most, 0.2, {});
  CHECK(below.p_pass == Approx(student_below(t, 31)).epsilon(1e-12));
  CHECK(below.p_fail == Approx(student_below(-t, 31)).epsilon(1e-12));
  const Evidence above = clustered_evidence(difference, Side::at_least, 0.2, {});
  CHECK(above.p_pass == below.p_fail);
  CHECK(above.log_fail == below.log_pass);

  const Evidence shares_of = clustered_share_evidence(difference, 4 * difference.variance, Side::at_most, {});
  CHECK(shares_of.p_pass ==
        Approx(student_below(difference.estimate / std::sqrt(4 * difference.variance), 31)));
}

TEST_CASE("looks share the error: early ones need more") {
  ClusteredEstimate difference{.estimate = -3, .variance = 1, .clusters = 20, .units = 1000};
  const double last = clustered_evidence(difference, Side::at_most, 0, {20, 20}).log_pass;
  const double first = clustered_evidence(difference, Side::at_most, 0, {1, 20}).log_pass;
  CHECK(last > first);
  CHECK(last < -std::log(clustered_evidence(difference, Side::at_most, 0, {20, 20}).p_pass));
}

TEST_CASE("a mean below a limit needs more than the pauses that happened to come") {
  const std::vector<std::vector<Slice>> even = {series(320, 0, 3)};
  const ClusteredEstimate mean = clustered_mean(even);
  const Evidence evidence = clustered_mean_evidence(mean, Side::at_most, mean.estimate * 2, 0.05, {});
  CHECK(evidence.p_pass < 0.05);
  const double plain = student_below((mean.estimate - mean.estimate * 2) / std::sqrt(mean.variance), 31);
  CHECK(evidence.p_pass > plain);
  CHECK(clustered_mean_evidence(mean, Side::at_most, mean.estimate / 2, 0.05, {}).p_fail < 0.05);

  ClusteredEstimate narrow = mean;
  narrow.clusters = 3;
  CHECK(clustered_mean_evidence(narrow, Side::at_most, mean.estimate * 2, 0.05, {}).p_pass == 1);
  CHECK(clustered_mean_evidence(narrow, Side::at_most, mean.estimate / 2, 0.05, {}).p_fail < 0.05);
  CHECK(clustered_mean_evidence(narrow, Side::at_least, mean.estimate * 2, 0.05, {}).p_fail == 1);
}

TEST_CASE("misses that come together count as few") {
  const std::vector<std::vector<Slice>> together = {shares(640, 80, 8)};
  const ClusteredEstimate outages = clustered_mean(together);
  const double dispersion = dispersion_of(outages, 0.05);
  CHECK(dispersion > 5);
  CHECK(dispersion < 16);
  const Counts scaled = scaled_by({64, 6400}, dispersion);
  CHECK(scaled.events / scaled.total == Approx(0.01));
  CHECK(evidence(Counts{64, 6400}, Side::at_most, 0.013).p_pass < 0.05);
  CHECK(evidence(scaled, Side::at_most, 0.013).p_pass > 0.05);

  const std::vector<std::vector<Slice>> apart = {shares(640, 10, 1)};
  CHECK(dispersion_of(clustered_mean(apart), 0.05) < 1.2);
  const std::vector<std::vector<Slice>> none = {shares(640, 10, 0)};
  CHECK(dispersion_of(clustered_mean(none), 0.05) == 1);
}

TEST_CASE("a declared stall, and the stall that a clean run excludes") {
  CHECK(stall_dispersion(3000, 0.05, 15) == Approx(10));
  CHECK(stall_dispersion(300, 0.0001, 15) == 1);
  CHECK(excluded_stall(5, 0.01, 0.05) == Approx(0.0167).epsilon(0.01));
  // 0 of n requests, each stall one observation: 299 observations are needed, so T >= stall ln(1/alpha) / p.
  const Counts clean = scaled_by({0, 3000}, stall_dispersion(3000, 0.05, 15));
  CHECK(evidence(clean, Side::at_most, 0.01).p_pass < 0.05);
  const Counts shorter = scaled_by({0, 3000}, stall_dispersion(3000, 0.05, 14.8));
  CHECK(evidence(shorter, Side::at_most, 0.01).p_pass > 0.05);
}

TEST_CASE("the variance that independent requests would have") {
  const std::vector<SliceStratum> strata = {{shares(64, 8, 2), shares(64, 4, 1)}};
  const double p0 = 16.0 / 640;
  const double p1 = 16.0 / 640;
  CHECK(independent_variance(strata, 1) == Approx(p0 * (1 - p0) / 640 + p1 * (1 - p1) / 640));
  CHECK(independent_variance(strata, 2) == Approx(4 * p0 * (1 - p0) / 640 + p1 * (1 - p1) / 640));
}
