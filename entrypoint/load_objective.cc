#include "entrypoint/load_objective.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "experiment/metric/metric_name.h"
#include "experiment/metric/unit.h"
#include "tasks/load/metrics.h"
#include "verdict/limit.h"

namespace iter8::entrypoint {

namespace {

constexpr std::string_view kProvider = "http/";

/// Names that people bring along from other load generators.
constexpr std::array kShortNames{
    std::pair<std::string_view, std::string_view>{"mean", "latency-mean"},
    std::pair<std::string_view, std::string_view>{"avg", "latency-mean"},
    std::pair<std::string_view, std::string_view>{"average", "latency-mean"},
    std::pair<std::string_view, std::string_view>{"median", "latency-p50"},
    std::pair<std::string_view, std::string_view>{"med", "latency-p50"},
    std::pair<std::string_view, std::string_view>{"min", "latency-min"},
    std::pair<std::string_view, std::string_view>{"max", "latency-max"},
    std::pair<std::string_view, std::string_view>{"errors", "error-rate"},
    std::pair<std::string_view, std::string_view>{"error", "error-rate"},
    std::pair<std::string_view, std::string_view>{"rps", "rate-achieved"},
    std::pair<std::string_view, std::string_view>{"qps", "rate-achieved"},
};

/// Longer ones first: "<=" is not "<" and a limit of "=…".
struct Operator {
  std::string_view text;
  std::string_view side;
};
constexpr std::array kOperators{Operator{"<=", "upper"}, Operator{"≤", "upper"}, Operator{"<", "upper"},
                                Operator{">=", "lower"}, Operator{"≥", "lower"}, Operator{">", "lower"}};

constexpr std::size_t kLongest = 200;  // bytes

constexpr std::string_view kGrammar =
    "expected METRIC<LIMIT or METRIC>LIMIT in quotes, such as 'p99<200ms', 'error-rate<1%', "
    "'latency-mean<=50ms', 'rps>100', or against a second URL 'p99<+10%'";

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  throw base::UsageError(fmt::format("--slo '{}': {}", base::printable(text), why));
}

/// "95" of "p95" and k6's "p(95)", if it is a percentile.
std::optional<std::string> percentile_of(std::string_view word) {
  if (word.size() < 2 || word.front() != 'p') return std::nullopt;
  std::string_view digits = word.substr(1);
  if (digits.starts_with('(') && digits.ends_with(')')) digits = digits.substr(1, digits.size() - 2);
  const std::optional<double> value = base::parse_number(digits);
  const bool is_plain = digits.find_first_not_of("0123456789.") == std::string_view::npos;
  if (!is_plain || !value || *value > 100) return std::nullopt;
  return base::shortest(*value);
}

/// The name behind http/ that the word stands for, known or not.
std::string long_name(std::string_view word) {
  if (word.starts_with("ok-")) {
    const std::string rest = long_name(word.substr(3));
    return (rest.starts_with("latency") ? "ok-" : "") + rest;
  }
  if (const auto percentile = percentile_of(word)) return "latency-p" + *percentile;
  for (const auto& [name, full] : kShortNames)
    if (word == name) return std::string(full);
  return std::string(word);
}

bool is_status(std::string_view name) {
  constexpr std::string_view kStatus = "status-";
  return name.size() == kStatus.size() + 3 && name.starts_with(kStatus) &&
         name.substr(kStatus.size()).find_first_not_of("0123456789") == std::string_view::npos;
}

/// The names behind http/ that a load records besides percentiles; histograms have no one value.
std::vector<std::string> plain_names() {
  std::vector<std::string> names;
  for (const std::string& metric : tasks::metric_names("http", {})) {
    const std::string name = metric.substr(kProvider.size());
    const bool has_value = name != "latency" && name != "ok-latency" && name != "service";
    if (has_value && !name.ends_with('#')) names.push_back(name);
  }
  return names;
}

bool is_known(std::string_view name) {
  for (const std::string_view latency : {"latency-", "ok-latency-"})
    if (name.starts_with(latency) && percentile_of(name.substr(latency.size()))) return true;
  const std::vector<std::string> names = plain_names();
  return is_status(name) || std::find(names.begin(), names.end(), name) != names.end();
}

std::string metric_of(std::string_view word, std::string_view text) {
  std::string given = base::lower(word);
  if (given.find('/') != std::string::npos && !given.starts_with(kProvider))
    given = experiment::canonical_metric_name(given);
  if (given.starts_with(kProvider)) given.erase(0, kProvider.size());
  const std::string metric = experiment::canonical_metric_name(std::string(kProvider) + long_name(given));
  if (!is_known(std::string_view(metric).substr(kProvider.size())))
    refuse(text, fmt::format("unknown metric '{}'{}", base::printable(word),
                             base::suggestion(given, load_metric_words())));
  return metric;
}

/// A share of more than everything is nearly always a percentage without its sign.
void check_share(const std::string& metric, const std::string& limit, std::string_view text) {
  const std::optional<double> number = base::parse_number(limit);
  if (metric == "http/error-rate" && number && *number >= 1)
    refuse(text, fmt::format("a share of {} is all requests; for percent write {}%", limit, limit));
}

}  // namespace

LoadObjective parse_load_objective(std::string_view text) {
  if (text.size() > kLongest) refuse(text, kGrammar);
  const std::size_t at = std::min({text.find('<'), text.find('>'), text.find("≤"), text.find("≥")});
  if (at == std::string_view::npos) refuse(text, kGrammar);
  const auto* const found = std::find_if(kOperators.begin(), kOperators.end(), [&](const Operator& each) {
    return text.substr(at).starts_with(each.text);
  });
  const std::string_view word = base::trim(text.substr(0, at));
  std::string limit(text.substr(at + found->text.size()));
  std::erase(limit, ' ');
  if (word.empty() || limit.empty()) refuse(text, kGrammar);
  const std::optional<verdict::Limit> parsed = verdict::parse_limit(limit);
  if (!parsed) refuse(text, fmt::format("the limit '{}' is none; {}", base::printable(limit), kGrammar));
  LoadObjective objective{.metric = metric_of(word, text),
                          .side = std::string(found->side),
                          .limit = std::move(limit),
                          .is_relative = parsed->relative() != nullptr};
  check_share(objective.metric, objective.limit, text);
  return objective;
}

std::vector<std::string> load_metric_words() {
  std::vector<std::string> words = {"p50", "p75", "p90", "p95", "p99", "p99.9"};
  for (const auto& [name, full] : kShortNames) words.emplace_back(name);
  for (const std::string& name : plain_names()) words.push_back(name);
  for (const char* const name : {"latency-p95", "latency-p99", "ok-latency-p95", "ok-latency-p99"})
    words.emplace_back(name);
  return words;
}

}  // namespace iter8::entrypoint
