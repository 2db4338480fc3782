#include "entrypoint/commands/plan_samples.h"

#include <cmath>
#include <ostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "stats/posterior/planning.h"

namespace iter8::entrypoint {

namespace {

/// Parses a share such as 0.01 or 1%.
double parse_share(const std::string& text, const char* option) {
  const bool is_percentage = text.ends_with('%');
  const auto number = base::parse_number(is_percentage ? text.substr(0, text.size() - 1) : text);
  const double share = number ? *number / (is_percentage ? 100 : 1) : -1;
  if (share >= 0 && share < 1) return share;
  throw base::UsageError(
      fmt::format("{}: found '{}', expected a share such as 0.01 or 1%", option, base::printable(text)));
}

/// The share of requests that may be bad: the limit itself or, for a p99, the 1 % that may be above its
/// limit.
double bad_share(const PlanSamplesOptions& options) {
  const std::size_t cut = options.metric.rfind('p');
  const bool is_latency = options.metric.find("latency") != std::string::npos;
  const auto percentile = is_latency && cut != std::string::npos
                              ? base::parse_number(options.metric.substr(cut + 1))
                              : std::nullopt;
  if (percentile && *percentile > 0 && *percentile < 100) return 1 - *percentile / 100;
  if (is_latency)
    throw base::UsageError("--metric: found '" + base::printable(options.metric) +
                           "', expected a share such as error-rate, or a percentile such as latency-p99");
  if (options.limit.empty()) throw base::UsageError("--limit: expected a share such as 0.01 or 1%");
  const double limit = parse_share(options.limit, "--limit");
  if (limit > 0) return limit;
  throw base::UsageError(
      "--limit: found 0, expected more: no number of requests can show that there are no errors at all");
}

std::string count_text(double count) {
  return std::isfinite(count) ? fmt::format("{:.0f}", std::ceil(count)) : "no number of";
}

}  // namespace

CLI::App* add_command(CLI::App& program, PlanSamplesOptions& options) {
  CLI::App* command = program.add_subcommand("plan-samples", "Compute how many requests an objective needs");
  command
      ->add_option("--metric", options.metric,
                   "A share such as error-rate, or a percentile such as latency-p99")
      ->capture_default_str();
  command->add_option("--limit", options.limit, "Upper limit of the share: 0.01 or 1%");
  command->add_option("--confidence", options.confidence, "1 - alpha")
      ->capture_default_str()
      ->check(CLI::Range(0.5, 0.999999));
  command->add_option("--rate", options.rate, "Expected share (default: no bad requests)");
  command
      ->add_option("--power", options.power,
                   "Probability that the number of requests given for --rate suffices")
      ->capture_default_str()
      ->check(CLI::Range(0.01, 0.999));
  return command;
}

int run(const PlanSamplesOptions& options, Process& process) {
  const double limit = bad_share(options);
  const double alpha = 1 - options.confidence;
  process.out << fmt::format("at most {:.4g} % bad requests, confidence {:.4g} %\n", limit * 100,
                             options.confidence * 100);
  process.out << fmt::format("{} requests without a bad one certify it at a single look (evidence: fixed)\n",
                             count_text(stats::clean_units(limit, alpha, stats::Mode::fixed)));
  process.out << fmt::format("{} certify it at any look of a loop (evidence: anytime)\n",
                             count_text(stats::clean_units(limit, alpha, stats::Mode::anytime)));
  if (options.rate.empty()) return kDone;
  const double rate = parse_share(options.rate, "--rate");
  process.out << fmt::format(
      "{} requests decide a version with {:.4g} % bad requests at a single look, with probability {:.4g}\n",
      count_text(stats::units_to_decide(rate, limit, alpha, options.power)), rate * 100, options.power);
  process.out << fmt::format("{} requests are typical when every look counts\n",
                             count_text(stats::typical_units_anytime(rate, limit, alpha)));
  return kDone;
}

}  // namespace iter8::entrypoint
