#include "verdict/explanation.h"

#include <cmath>

#include <fmt/format.h>

#include "base/number.h"

namespace iter8::verdict {

namespace {

std::string percent(double share) {
  return fmt::format("{:.4g} %", share * 100);
}

/// To four digits, which is more than the end of an interval is worth.
double to_four_digits(double value) {
  if (value == 0 || std::fabs(value) >= 1e4) return value;
  const double scale = std::pow(10, 3 - std::floor(std::log10(std::fabs(value))));
  return std::round(value * scale) / scale;
}

/// "0.4 %" or "12.3 msec".
std::string value_text(double value, const MetricSource& source, const std::string& unit) {
  if (source.quantity == Quantity::proportion && unit.empty()) return percent(value);
  return fmt::format("{:.6g}{}{}", value, unit.empty() ? "" : " ", unit);
}

/// "P(met) 0.998, interval 0.1 % to 0.9 %".
std::string figures(const EvidenceFacts& facts) {
  std::string text;
  const ObjectiveEvidence& finding = facts.finding;
  if (finding.probability) text = "P(met) " + base::probability_text(*finding.probability);
  if (!finding.interval) return text;
  if (!text.empty()) text += ", ";
  const auto end = [&](double value) {
    return std::isfinite(value) ? value_text(to_four_digits(value), facts.source, facts.unit) : "unbounded";
  };
  return text + fmt::format("interval {} to {}", end(finding.interval->lower), end(finding.interval->upper));
}

std::string limit_of(const EvidenceFacts& facts) {
  const auto& [upper, lower] = facts.bounds;
  std::string text;
  if (upper) text = "<= " + value_text(*upper, facts.source, facts.unit);
  if (lower) text += (text.empty() ? ">= " : " and >= ") + value_text(*lower, facts.source, facts.unit);
  return text;
}

/// Fewer independent requests than this share of all are worth a word.
constexpr double kNearlyAll = 0.9;

bool is_worth_less(const EvidenceFacts& facts) {
  const auto& dependence = facts.finding.dependence;
  return dependence && dependence->effective < kNearlyAll * facts.finding.samples;
}

/// "0.4 % (2000 samples, worth 340)".
std::string value_and_samples(const EvidenceFacts& facts) {
  const auto& value = facts.finding.value;
  const std::string number = value ? value_text(*value, facts.source, facts.unit) : "no value";
  const std::string worth =
      is_worth_less(facts) ? fmt::format(", worth {:.0f}", facts.finding.dependence->effective) : "";
  return fmt::format("{} ({:.0f} samples{})", number, facts.finding.samples, worth);
}

/// "20 ms", "1.5 s".
std::string time_text(double seconds) {
  if (seconds < 1) return fmt::format("{:.2g} ms", seconds * 1e3);
  return seconds < 10 ? fmt::format("{:.2g} s", seconds) : fmt::format("{:.0f} s", seconds);
}

/// What a decision rests on where requests depend on their neighbours.
std::string dependence_text(const EvidenceFacts& facts, stats::Decision decision) {
  const auto& dependence = facts.finding.dependence;
  if (!dependence) return {};
  std::string text;
  if (is_worth_less(facts) && dependence->clusters > 0 && dependence->clusters < stats::kFewestClusters)
    text += fmt::format("; decided by about {:.0f} stall{}", dependence->clusters,
                        dependence->clusters < 1.5 ? "" : "s");
  if (decision == stats::Decision::pass && dependence->excluded_stall)
    text += fmt::format("; excludes stalls longer than {}", time_text(*dependence->excluded_stall));
  return text;
}

/// " (40 s of load)", where it is known how long it would take.
std::string time_of(const EvidenceFacts& facts) {
  const auto& dependence = facts.finding.dependence;
  if (!dependence || !dependence->times_longer || !(dependence->seconds > 0)) return {};
  return fmt::format(" ({} of load)", time_text(dependence->seconds * *dependence->times_longer));
}

/// The least number of requests without a bad one that passes: where data of this size cannot pass at all.
std::string clean_run(const EvidenceFacts& facts) {
  const auto& limit = facts.bounds.upper;
  if (!limit) return {};
  const bool is_share = facts.source.quantity == Quantity::proportion;
  if (!is_share && facts.source.quantity != Quantity::quantile) return {};
  const double least = clean_samples(facts.source, *limit, facts.rule);
  const double samples = facts.finding.samples;
  if (!std::isfinite(least) || samples >= least) return {};
  const bool is_clean = is_share && facts.finding.value == 0.0;
  const std::string found =
      is_clean ? fmt::format("0 in {:.0f}", samples) : fmt::format("{:.0f} samples", samples);
  const std::string what = is_share ? "samples without one" : "samples at or below it";
  const double needed = facts.finding.needed.value_or(0);
  if (needed > least)
    return fmt::format("{}: cannot certify {}; about {:.0f} samples{} in all would settle it", found,
                       limit_of(facts), needed, time_of(facts));
  return fmt::format("{}: cannot certify {}; needs {:.0f} {}", found, limit_of(facts), least, what);
}

}  // namespace

std::string decided_sentence(const EvidenceFacts& facts, stats::Decision decision) {
  const std::string is = decision == stats::Decision::pass ? "meets" : "violates";
  return fmt::format("{} {} {}; {}{}", value_and_samples(facts), is, limit_of(facts), figures(facts),
                     dependence_text(facts, decision));
}

std::string undecided_sentence(const EvidenceFacts& facts) {
  const auto& dependence = facts.finding.dependence;
  if (dependence && !dependence->open.empty())
    return fmt::format("{}: {}", value_and_samples(facts), dependence->open);
  if (std::string text = clean_run(facts); !text.empty()) return text;
  std::string text = fmt::format("{} does not settle whether it is {}; {}", value_and_samples(facts),
                                 limit_of(facts), figures(facts));
  if (facts.finding.needed && *facts.finding.needed > facts.finding.samples)
    text +=
        fmt::format("; about {:.0f} samples{} in all would settle it", *facts.finding.needed, time_of(facts));
  return text;
}

std::string zero_sentence(const EvidenceFacts& facts, const stats::Counts& counts) {
  return fmt::format(
      "0 of {:.0f}: with {} confidence the share is below {}; no number of samples shows that it is 0",
      counts.total, percent(1 - facts.rule.alpha_pass),
      percent(stats::upper_bound(counts, facts.rule.alpha_pass)));
}

}  // namespace iter8::verdict
