#include "tasks/load/part_metrics.h"

#include <array>

#include <fmt/format.h>

#include "base/duration.h"
#include "stats/histogram/cut_short.h"

namespace iter8::tasks {

namespace {

using experiment::MetricKind;

constexpr std::array<int, 3> kPercentiles = {50, 95, 99};

/// Values of one kind, and what names and descriptions call them.
struct Values {
  std::string name;
  std::string unit;
  std::string what;
  const stats::Histogram& histogram;
};

void record_summary(Recording& recording, const Values& values) {
  const auto& [name, unit, what, histogram] = values;
  recording.add(name + "-mean", MetricKind::summary, unit, "mean of " + what, summary_of(histogram));
  for (const int p : kPercentiles)
    recording.add(fmt::format("{}-p{}", name, p), MetricKind::gauge, unit,
                  fmt::format("{}-th percentile of {}", p, what), msec(histogram.percentile(p)));
}

void record_all(Recording& recording, const Values& values) {
  if (values.histogram.count() == 0) return;
  recording.add(values.name, MetricKind::histogram, values.unit, values.what, buckets_of(values.histogram));
  record_summary(recording, values);
}

/// The names under which record_all() records.
void add_names(std::vector<std::string>& names, const std::string& provider, const std::string& name) {
  names.push_back(fmt::format("{}/{}", provider, name));
  names.push_back(fmt::format("{}/{}-mean", provider, name));
  for (const int p : kPercentiles) names.push_back(fmt::format("{}/{}-p{}", provider, name, p));
}

/// Of the whole load: what serving benchmarks call output token throughput.
void record_token_rate(Recording& recording, const VersionLoad& load) {
  const double seconds = base::to_seconds(load.elapsed);
  if (seconds <= 0) return;
  recording.count("output-token-count", "output tokens of all responses", load.tally.parts.all_tokens);
  recording.add("token-rate", MetricKind::gauge, "/s", "output tokens per second of all responses together",
                static_cast<double>(load.tally.parts.all_tokens) / seconds);
}

}  // namespace

void record_first_bytes(Recording& recording, const VersionLoad& load) {
  const load::Tally& tally = load.tally;
  if (tally.first_byte.count() == 0) return;
  const stats::CompletedDurations first =
      stats::completed_durations(tally.first_byte, tally.first_byte_cut_short);
  const Values ttfb{"ttfb", "msec", "time from when a request was due to the first byte of its response",
                    first.values};
  const Values transfer{"transfer", "msec", "time from the first byte of a response to its last",
                        tally.transfer};
  const bool differs = load.has_transfers();
  for (const Values* values : {&ttfb, &transfer}) {
    if (differs || recording.wants(values->name))
      record_all(recording, *values);
    else if (values->histogram.count() > 0)
      record_summary(recording, *values);
  }
}

void record_parts(Recording& recording, const VersionLoad& load) {
  if (!load.part_names || load.tally.parts.is_empty()) return;
  const PartNames& names = *load.part_names;
  const load::PartTally& parts = load.tally.parts;
  const stats::CompletedDurations first =
      stats::completed_durations(parts.first_content, parts.first_content_cut_short);
  record_all(recording,
             {names.first, "msec",
              fmt::format("time from when a request was due to the first {} with content", names.part),
              first.values});
  record_all(recording,
             {names.gap, "msec", fmt::format("time between {}s of a response", names.part), parts.gaps});
  record_all(recording, {names.count, "", fmt::format("{}s of a response", names.part), parts.counts});
  record_all(recording,
             {names.rate, "/s", fmt::format("{}s per second of a response", names.part), parts.rates});
  recording.count(names.part + "-count", fmt::format("{}s of all responses", names.part), parts.count);
  recording.count_if_any("empty-count", fmt::format("complete responses without {}s", names.part),
                         parts.without);
  if (names.has_content)
    record_all(recording,
               {"inter-token", "msec", fmt::format("time between {}s with content of a response", names.part),
                parts.content_gaps});
  if (!names.has_tokens) return;
  record_all(recording, {"output-tokens", "", "output tokens of a response", parts.tokens});
  record_all(recording, {"time-per-output-token", "msec",
                         "time from the first content of a response to the last, for each further token",
                         parts.time_per_token});
  if (parts.tokens.count() > 0) record_token_rate(recording, load);
}

std::vector<std::string> first_byte_metric_names(const std::string& provider) {
  std::vector<std::string> names;
  for (const char* name : {"ttfb", "transfer"}) add_names(names, provider, name);
  return names;
}

std::vector<std::string> part_metric_names(const std::string& provider, const PartNames& parts) {
  std::vector<std::string> names;
  for (const std::string& name : {parts.first, parts.gap, parts.count, parts.rate})
    add_names(names, provider, name);
  names.push_back(fmt::format("{}/{}-count", provider, parts.part));
  names.push_back(provider + "/empty-count");
  if (parts.has_content) add_names(names, provider, "inter-token");
  if (!parts.has_tokens) return names;
  for (const char* name : {"output-tokens", "time-per-output-token"}) add_names(names, provider, name);
  for (const char* name : {"output-token-count", "token-rate"})
    names.push_back(fmt::format("{}/{}", provider, name));
  return names;
}

}  // namespace iter8::tasks
