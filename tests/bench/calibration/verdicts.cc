// Equal versions through the whole of src/verdict: how often `assess` would call them different.
#include <cmath>
#include <map>
#include <string>

#include "calibration/equal_families.h"
#include "calibration/families.h"
#include "experiment/result/result.h"
#include "verdict/judge.h"

namespace iter8::bench {
namespace {

using experiment::Result;

constexpr double kMilliseconds = 1e3;

/// What an http task records of these requests.
void record(Result& result, std::size_t version, const std::vector<Request>& requests) {
  const auto at = [](double seconds) { return base::WallTime(base::Duration(std::llround(seconds * 1e9))); };
  experiment::LoadSeries load{.provider = "http", .version = version, .iteration = 1, .start = at(0)};
  std::map<double, std::int64_t> values;
  for (const Request& request : requests) {
    // Two digits, as a histogram has them.
    const double scale = std::pow(10, 2 - std::floor(std::log10(request.latency * kMilliseconds)));
    const double latency = std::round(request.latency * kMilliseconds * scale) / scale;
    stats::SliceLatencies& slice = load.slices.at(at(request.due)).ok;
    ++slice.count;
    slice.sum += latency;
    slice.squares += latency * latency;
    slice.histogram.record(std::llround(latency * 1e6));
    ++values[latency];
    load.seconds = std::max(load.seconds, request.due);
  }
  experiment::BucketCounts counts;
  for (const auto& [value, count] : values) counts.buckets.push_back({value, value, count});
  experiment::MetricSeries& series = result.metrics["http/latency"];
  series.info = {.name = "http/latency", .kind = experiment::MetricKind::histogram, .unit = "msec"};
  series.versions.resize(2);
  series.versions[version].push_back({.iteration = 1, .data = std::move(counts)});
  result.series.push_back(std::move(load));
}

verdict::Criteria criteria() {
  verdict::Criteria criteria{.evidence = verdict::EvidenceMode::fixed};
  for (const double alpha : kAlphas)
    for (const char* metric :
         {"http/latency-mean", "http/latency-p50", "http/latency-p90", "http/latency-p99"})
      criteria.objectives.push_back({.metric = {metric, {}},
                                     .upper = verdict::parse_limit("+0%"),
                                     .confidence = 1 - alpha,
                                     .gate = false});
  return criteria;
}

}  // namespace

void equal_versions_judged(Report& report, int runs) {
  const verdict::Criteria all = criteria();
  for (const Family& family : equal_families()) {
    report.begin("Equal versions, judged by assess: " + std::string(family.name));
    const auto observed = simulated(runs, 16, [&](Chance& chance) {
      const Run run = draw(chance, family);
      Result result;
      result.versions = {"stable", "candidate"};
      record(result, 0, run.baseline);
      record(result, 1, run.candidate);
      const auto judged = verdict::judge(all, result, {}, {});
      Observed decided;
      for (const experiment::Objective& objective : judged.assessment.objectives) {
        const experiment::Verdict verdict = objective.versions.at(1).verdict;
        decided.push_back(verdict == experiment::Verdict::pass || verdict == experiment::Verdict::fail);
      }
      return decided;
    });
    constexpr std::size_t kMetrics = 4;
    for (std::size_t a = 0; a < std::size(kAlphas); ++a) {
      double share = 0;
      for (std::size_t metric = 0; metric < kMetrics; ++metric)
        share += mean_of(observed[a * kMetrics + metric]) / (2 * kMetrics);  // a side
      report.add(
          {.what = "means and quantiles called different at " + std::to_string(kAlphas[a]).substr(0, 5),
           .value = 100 * share,
           .wanted = 100 * kAlphas[a],
           .bound = family.holds ? Bound::at_most : Bound::shown,
           .limit = tolerated(kAlphas[a], runs)});
    }
  }
}

}  // namespace iter8::bench
