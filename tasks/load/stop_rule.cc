#include "tasks/load/stop_rule.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/number.h"
#include "base/text.h"

namespace iter8::tasks {

namespace {

constexpr std::size_t kLongest = 1000;  // characters

/// The parts of the text between occurrences of `word` as a word of its own.
std::vector<std::string_view> split_at_word(std::string_view text, std::string_view word) {
  std::vector<std::string_view> parts;
  const std::string separator = " " + std::string(word) + " ";
  for (std::size_t at = text.find(separator); at != std::string_view::npos; at = text.find(separator)) {
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + separator.size());
  }
  parts.push_back(text);
  return parts;
}

std::optional<double> percentile_after(std::string_view prefix, std::string_view name) {
  if (!name.starts_with(prefix)) return std::nullopt;
  const std::optional<double> percentile = base::parse_number(name.substr(prefix.size()));
  return percentile && *percentile >= 0 && *percentile <= 100 ? percentile : std::nullopt;
}

}  // namespace

std::optional<StopRule> StopRule::parse(std::string_view text, std::string& problem) {
  if (text.size() > kLongest) {
    problem = "is too long for a stop rule";
    return std::nullopt;
  }
  StopRule rule;
  rule.text_ = base::trim(text);
  for (const std::string_view alternative : split_at_word(rule.text_, "or")) {
    All all;
    for (const std::string_view part : split_at_word(alternative, "and")) {
      if (!parse_comparison(base::trim(part), all.emplace_back(), problem)) return std::nullopt;
    }
    rule.any_.push_back(std::move(all));
  }
  return rule;
}

bool StopRule::parse_comparison(std::string_view text, Comparison& comparison, std::string& problem) {
  comparison.text = text;
  const std::size_t at = text.find_first_of("<>");
  if (at == std::string_view::npos) {
    problem = "expected a comparison such as 'error-rate > 0.5', found '" + base::printable(text) + "'";
    return false;
  }
  const bool more = text[at] == '>';
  const bool or_equal = at + 1 < text.size() && text[at + 1] == '=';
  if (more) {
    comparison.op = or_equal ? Operator::at_least : Operator::more;
  } else {
    comparison.op = or_equal ? Operator::at_most : Operator::less;
  }
  const std::string_view name = base::trim(text.substr(0, at));
  if (!parse_quantity(name, comparison)) {
    problem = "no number '" + base::printable(name) +
              "'; expected error-rate, error-count, request-count, latency-mean, latency-max, latency-pX, "
              "lateness-pX, achieved-ratio or elapsed";
    return false;
  }
  const std::string_view limit = base::trim(text.substr(at + (or_equal ? 2 : 1)));
  if (!parse_limit(limit, comparison)) {
    problem = "'" + base::printable(limit) + "' cannot be compared with " + std::string(name);
    return false;
  }
  return true;
}

bool StopRule::parse_quantity(std::string_view name, Comparison& comparison) {
  constexpr std::array<std::pair<std::string_view, Quantity>, 7> kQuantities = {
      {{"error-rate", Quantity::error_rate},
       {"error-count", Quantity::error_count},
       {"request-count", Quantity::request_count},
       {"latency-mean", Quantity::latency_mean},
       {"latency-max", Quantity::latency_max},
       {"achieved-ratio", Quantity::achieved_ratio},
       {"elapsed", Quantity::elapsed}}};
  for (const auto& [known, quantity] : kQuantities) {
    if (name != known) continue;
    comparison.quantity = quantity;
    return true;
  }
  for (const auto& [prefix, quantity] : {std::pair{"latency-p", Quantity::latency_percentile},
                                         std::pair{"lateness-p", Quantity::lateness_percentile}}) {
    const std::optional<double> percentile = percentile_after(prefix, name);
    if (!percentile) continue;
    comparison.quantity = quantity;
    comparison.percentile = *percentile;
    return true;
  }
  return false;
}

bool StopRule::parse_limit(std::string_view text, Comparison& comparison) {
  if (const std::optional<double> number = base::parse_number(text)) {
    comparison.limit = *number;
    return true;
  }
  if (text.ends_with('%')) {
    const std::optional<double> number = base::parse_number(text.substr(0, text.size() - 1));
    const bool is_share =
        comparison.quantity == Quantity::error_rate || comparison.quantity == Quantity::achieved_ratio;
    comparison.limit = number.value_or(0) / 100;
    return number && is_share;
  }
  const std::optional<base::Duration> duration = base::parse_duration(text);
  if (!duration) return false;
  switch (comparison.quantity) {
    case Quantity::latency_mean:
    case Quantity::latency_max:
    case Quantity::latency_percentile:
    case Quantity::lateness_percentile:
      comparison.limit = base::to_milliseconds(*duration);
      return true;
    case Quantity::elapsed:
      comparison.limit = base::to_seconds(*duration);
      return true;
    default:
      return false;
  }
}

std::optional<double> StopRule::value_of(const Comparison& comparison, const load::Snapshot& snapshot) {
  const auto of_latency = [&](double nanoseconds) {
    return snapshot.latency.count() > 0 ? std::optional(nanoseconds / 1e6) : std::nullopt;
  };
  switch (comparison.quantity) {
    case Quantity::error_rate:
      if (snapshot.requests == 0) return std::nullopt;
      return static_cast<double>(snapshot.errors) / static_cast<double>(snapshot.requests);
    case Quantity::error_count:
      return static_cast<double>(snapshot.errors);
    case Quantity::request_count:
      return static_cast<double>(snapshot.requests);
    case Quantity::latency_mean:
      return of_latency(snapshot.latency.mean());
    case Quantity::latency_max:
      return of_latency(static_cast<double>(snapshot.latency.max()));
    case Quantity::latency_percentile:
      return of_latency(static_cast<double>(snapshot.latency.percentile(comparison.percentile)));
    case Quantity::lateness_percentile:
      if (snapshot.lateness.count() == 0) return std::nullopt;
      return static_cast<double>(snapshot.lateness.percentile(comparison.percentile)) / 1e6;
    case Quantity::achieved_ratio:
      return snapshot.due < 1 ? 1 : std::min(1.0, static_cast<double>(snapshot.started) / snapshot.due);
    case Quantity::elapsed:
      return base::to_seconds(snapshot.elapsed);
  }
  return std::nullopt;
}

bool StopRule::holds(const Comparison& comparison, double value) {
  switch (comparison.op) {
    case Operator::more:
      return value > comparison.limit;
    case Operator::at_least:
      return value >= comparison.limit;
    case Operator::less:
      return value < comparison.limit;
    case Operator::at_most:
      return value <= comparison.limit;
  }
  return false;
}

std::optional<std::string> StopRule::reason(const load::Snapshot& snapshot) const {
  for (const All& all : any_) {
    std::vector<std::string> texts;
    for (const Comparison& comparison : all) {
      const std::optional<double> value = value_of(comparison, snapshot);
      if (!value || !holds(comparison, *value)) break;
      texts.push_back(fmt::format("{} (it was {:.4g})", comparison.text, *value));
    }
    if (texts.size() == all.size()) return base::join(texts, " and ");
  }
  return std::nullopt;
}

}  // namespace iter8::tasks

namespace iter8::config {

bool Codec<tasks::StopRule>::read(const Node& node, Problems& problems, tasks::StopRule& rule) {
  std::string text;
  if (!Codec<std::string>::read(node, problems, text)) return false;
  std::string problem;
  const auto parsed = tasks::StopRule::parse(text, problem);
  if (parsed) {
    rule = *parsed;
    return true;
  }
  problems.error(node.position, problem);
  return false;
}

}  // namespace iter8::config
