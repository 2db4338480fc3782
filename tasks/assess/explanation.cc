#include "tasks/assess/explanation.h"

#include <cmath>

#include <fmt/format.h>

#include "base/number.h"
#include "stats/posterior/planning.h"

namespace iter8::tasks::assess {

namespace {

std::string percent(double share) {
  return fmt::format("{:.4g} %", share * 100);
}

/// To four digits, which is more than the end of an interval is worth.
double rounded(double value) {
  if (value == 0 || std::fabs(value) >= 1e4) return value;
  const double scale = std::pow(10, 3 - std::floor(std::log10(std::fabs(value))));
  return std::round(value * scale) / scale;
}

/// "P(met) 0.998, interval 0.1 % to 0.9 %".
std::string figures(const Explained& explained) {
  std::string text;
  const ObjectiveEvidence& finding = explained.finding;
  if (finding.probability) text = "P(met) " + base::probability_text(*finding.probability);
  if (!finding.interval) return text;
  if (!text.empty()) text += ", ";
  const auto end = [&](double value) {
    return std::isfinite(value) ? shown(rounded(value), explained.source, explained.unit) : "unbounded";
  };
  return text + fmt::format("interval {} to {}", end(finding.interval->lower), end(finding.interval->upper));
}

std::string limit_of(const Explained& explained) {
  const auto& [upper, lower] = explained.bounds;
  std::string text;
  if (upper) text = "<= " + shown(*upper, explained.source, explained.unit);
  if (lower) text += (text.empty() ? ">= " : " and >= ") + shown(*lower, explained.source, explained.unit);
  return text;
}

std::string value_of(const Explained& explained) {
  const auto& value = explained.finding.value;
  const std::string number = value ? shown(*value, explained.source, explained.unit) : "no value";
  return fmt::format("{} ({:.0f} samples)", number, explained.finding.samples);
}

/// The least number of requests without a bad one that passes: where data of this size cannot pass at all.
std::string clean_run(const Explained& explained) {
  const auto& limit = explained.bounds.upper;
  if (!limit) return {};
  const bool is_share = explained.source.quantity == Quantity::proportion;
  if (!is_share && explained.source.quantity != Quantity::quantile) return {};
  const double share = is_share ? *limit : 1 - explained.source.quantile;
  const double least = stats::clean_units(share, explained.rule.alpha_pass, explained.rule.mode);
  const double samples = explained.finding.samples;
  if (!std::isfinite(least) || samples >= least) return {};
  const bool is_clean = is_share && explained.finding.value == 0.0;
  const std::string found =
      is_clean ? fmt::format("0 in {:.0f}", samples) : fmt::format("{:.0f} samples", samples);
  const std::string what = is_share ? "samples without one" : "samples at or below it";
  return fmt::format("{}: cannot certify {}; needs {:.0f} {}", found, limit_of(explained), least, what);
}

}  // namespace

std::string shown(double value, const MetricSource& source, const std::string& unit) {
  if (source.quantity == Quantity::proportion && unit.empty()) return percent(value);
  return fmt::format("{:.6g}{}{}", value, unit.empty() ? "" : " ", unit);
}

std::string decided_sentence(const Explained& explained, stats::Decision decision) {
  const std::string is = decision == stats::Decision::pass ? "meets" : "violates";
  return fmt::format("{} {} {}; {}", value_of(explained), is, limit_of(explained), figures(explained));
}

std::string undecided_sentence(const Explained& explained) {
  if (const std::string text = clean_run(explained); !text.empty()) return text;
  std::string text = fmt::format("{} does not settle whether it is {}; {}", value_of(explained),
                                 limit_of(explained), figures(explained));
  if (explained.finding.needed && *explained.finding.needed > explained.finding.samples)
    text += fmt::format("; about {:.0f} samples in all would settle it", *explained.finding.needed);
  return text;
}

std::string zero_sentence(const Explained& explained, const stats::Counts& counts) {
  return fmt::format(
      "0 of {:.0f}: with {} confidence the share is below {}; no number of samples shows that it is 0",
      counts.total, percent(1 - explained.rule.alpha_pass),
      percent(stats::upper_bound(counts, explained.rule.alpha_pass)));
}

}  // namespace iter8::tasks::assess
