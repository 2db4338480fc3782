// Two versions of one service: how often they are called different, and how often a true difference is found.
#include <algorithm>
#include <array>
#include <cmath>

#include "calibration/equal_families.h"
#include "calibration/families.h"
#include "calibration/traffic.h"
#include "stats/dependence/clustered_evidence.h"
#include "stats/evidence/mean.h"
#include "stats/math/distributions.h"

namespace iter8::bench {
namespace {

using stats::Side;

template <typename Value>
std::array<stats::SliceStratum, 1> stratum_of(const Run& run, double seconds, Value value) {
  return {{{slices_of(run.baseline, seconds, value), slices_of(run.candidate, seconds, value)}}};
}

/// p-values of "lower" and "higher", or 1 where the noise is slower than a group.
void add_clustered(Observed& observed, const stats::ClusteredEstimate& difference,
                   const stats::Evidence& evidence) {
  const bool is_slow = difference.persistence >= stats::kSlowPersistence;
  observed.push_back(is_slow ? 1 : evidence.p_pass);
  observed.push_back(is_slow ? 1 : evidence.p_fail);
}

void add_means(Observed& observed, const Run& run, double seconds) {
  const auto strata = stratum_of(run, seconds, [](const Request& request) { return request.latency; });
  const auto difference = stats::clustered_difference(strata, 1);
  add_clustered(observed, difference, stats::clustered_evidence(difference, Side::at_most, 0, {}));
}

void add_shares(Observed& observed, const Run& run, double seconds, double quantile) {
  std::vector<double> latencies;
  for (const Request& request : run.baseline) latencies.push_back(request.latency);
  const double threshold = percentile_of(std::move(latencies), quantile);
  const auto strata = stratum_of(
      run, seconds, [&](const Request& request) { return request.latency > threshold ? 1.0 : 0.0; });
  const auto difference = stats::clustered_difference(strata, 1);
  const double independent = stats::independent_variance(strata, 1);
  add_clustered(observed, difference,
                stats::clustered_share_evidence(difference, independent, Side::at_most, {}));
}

void add_independent(Observed& observed, const Run& run) {
  const auto moments = [](const std::vector<Request>& requests) {
    std::vector<double> values;
    for (const Request& request : requests) values.push_back(request.latency);
    return stats::moments_of(values);
  };
  const stats::Moments a = moments(run.baseline);
  const stats::Moments b = moments(run.candidate);
  const double z = (b.mean - a.mean) / std::sqrt(a.variance / a.count + b.variance / b.count);
  observed.push_back(stats::normal_below(z));
  observed.push_back(stats::normal_below(-z));
}

/// What the rule is compared with: 64 groups, no correction, Student's t with 63 degrees of freedom.
double plain_blocks_p(const Run& run, double seconds) {
  const auto strata = stratum_of(run, seconds, [](const Request& request) { return request.latency; });
  const stats::SliceStratum& all = strata[0];
  const double difference = stats::clustered_difference(strata, 1).estimate;
  stats::Slice baseline;
  stats::Slice candidate;
  for (std::size_t i = 0; i < all.baseline.size(); ++i) {
    baseline = {baseline.count + all.baseline[i].count, baseline.sum + all.baseline[i].sum};
    candidate = {candidate.count + all.candidate[i].count, candidate.sum + all.candidate[i].sum};
  }
  const double mean =
      (baseline.sum + candidate.sum - candidate.count * difference) / (baseline.count + candidate.count);
  std::array<double, 64> groups{};
  for (std::size_t i = 0; i < all.baseline.size(); ++i)
    groups[i * groups.size() / all.baseline.size()] +=
        (all.candidate[i].sum - (mean + difference) * all.candidate[i].count) / candidate.count -
        (all.baseline[i].sum - mean * all.baseline[i].count) / baseline.count;
  double squares = 0;
  for (const double group : groups) squares += group * group;
  return stats::student_below(-difference / std::sqrt(64.0 / 63 * squares), 63);
}

double rejected(const std::vector<std::vector<double>>& observed, std::size_t first, std::size_t last,
                double alpha) {
  double count = 0;
  double all = 0;
  for (std::size_t question = first; question < last; ++question)
    for (const double p : observed[question]) {
      ++all;
      count += p <= alpha ? 1 : 0;
    }
  return 100 * count / all;
}

}  // namespace

void equal_versions(Report& report, int runs) {
  for (const Family& family : equal_families()) {
    report.begin("Equal versions: " + std::string(family.name));
    const auto observed = simulated(runs, 11, [&](Chance& chance) {
      const Run run = draw(chance, family);
      Observed each;
      add_means(each, run, family.seconds);
      for (const double quantile : {.5, .9, .99}) add_shares(each, run, family.seconds, quantile);
      add_independent(each, run);
      return each;
    });
    for (const double alpha : kAlphas) {
      const std::string at = " called different at " + std::to_string(alpha).substr(0, 5);
      report.add({.what = "means" + at, .value = rejected(observed, 0, 2, alpha), .wanted = 100 * alpha});
      report.add({.what = "means and quantiles" + at,
                  .value = rejected(observed, 0, 8, alpha),
                  .wanted = 100 * alpha,
                  .bound = family.holds ? Bound::at_most : Bound::shown,
                  .limit = tolerated(alpha, runs)});
      report.add({.what = "means, requests taken for independent," + at,
                  .value = rejected(observed, 8, 10, alpha),
                  .wanted = 100 * alpha});
    }
  }
}

void power(Report& report, int runs) {
  Family family = equal("", 4, 200, {});
  family.shared = {2, .025};
  family.candidate.factor = 1.12;  // the mean, what pauses add included, is 10 % higher
  family.baseline.spread = family.candidate.spread = 0.5;
  report.begin("A candidate that takes 10 % longer, shared pauses 2/s of 25 ms, 4 s at 200/s");
  const auto observed = simulated(runs, 12, [&](Chance& chance) {
    const Run run = draw(chance, family);
    Observed each;
    add_means(each, run, family.seconds);
    each.push_back(plain_blocks_p(run, family.seconds));
    return each;
  });
  for (const double alpha : kAlphas) {
    const std::string at = " at " + std::to_string(alpha).substr(0, 5);
    const double ours = rejected(observed, 1, 2, alpha);
    const double plain = rejected(observed, 2, 3, alpha);
    report.add({.what = "found" + at, .value = ours, .wanted = stats::kNan});
    report.add({.what = "found by 64 groups without correction" + at, .value = plain, .wanted = stats::kNan});
    report.add({.what = "ratio of both" + at,
                .value = ours / plain,
                .wanted = stats::kNan,
                .bound = Bound::at_least,
                .limit = alpha > 0.005 ? 0.9 : 0.8,
                .unit = ""});
  }
}

void looks_at_any_time(Report& report, int runs) {
  const double seconds = 200;
  const Family family = equal("", seconds, 50, {.2, .3});
  report.begin("Equal versions, own pauses .2/s of 300 ms, 200 s, a look each second");
  const auto observed = simulated(std::max(1, runs / 4), 13, [&](Chance& chance) {
    const Run run = draw(chance, family);
    auto strata = stratum_of(run, seconds, [](const Request& request) { return request.latency; });
    const stats::SliceStratum all = strata[0];
    double log_highest = 0;
    for (int look = 1; look <= 196; ++look) {
      const auto slices = static_cast<std::ptrdiff_t>((look + 4) * 20);
      strata[0].baseline.assign(all.baseline.begin(), all.baseline.begin() + slices);
      strata[0].candidate.assign(all.candidate.begin(), all.candidate.begin() + slices);
      const auto difference = stats::clustered_difference(strata, 1);
      if (difference.persistence >= stats::kSlowPersistence) continue;
      const auto evidence =
          stats::clustered_evidence(difference, Side::at_most, 0, {static_cast<double>(look), 196});
      log_highest = std::max({log_highest, evidence.log_pass, evidence.log_fail});
    }
    return Observed{std::exp(-log_highest) * 2};  // either side
  });
  for (const double alpha : kAlphas)
    report.add({.what = "means ever called different at " + std::to_string(alpha).substr(0, 5),
                .value = rejected(observed, 0, 1, 2 * alpha),
                .wanted = 100 * alpha,
                .bound = Bound::at_most,
                .limit = tolerated(alpha, runs / 4.0)});
}

}  // namespace iter8::bench
