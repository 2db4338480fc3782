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

/// 0.01 or 1%.
double share_of(const std::string& text, const char* option) {
  const bool is_percentage = text.ends_with('%');
  const auto number = base::parse_number(is_percentage ? text.substr(0, text.size() - 1) : text);
  const double share = number ? *number / (is_percentage ? 100 : 1) : -1;
  if (share >= 0 && share < 1) return share;
  throw base::UsageError(
      fmt::format("{}: found '{}', expected a share such as 0.01 or 1%", option, base::printable(text)));
}

/// The share of requests that may be bad: the limit itself, or 1 % above the limit of a p99.
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
  const double limit = share_of(options.limit, "--limit");
  if (limit > 0) return limit;
  throw base::UsageError(
      "--limit: no number of requests shows that there are no errors at all; expected more than 0");
}

std::string count_text(double count) {
  return std::isfinite(count) ? fmt::format("{:.0f}", std::ceil(count)) : "no number of";
}

}  // namespace

CLI::App* add_command(CLI::App& program, PlanSamplesOptions& options) {
  CLI::App* command = program.add_subcommand("plan-samples", "Say how many requests an objective needs");
  command->add_option("--metric", options.metric, "A share such as error-rate, or latency-p99 and the like")
      ->capture_default_str();
  command->add_option("--limit", options.limit, "Upper limit of the share: 0.01 or 1%");
  command->add_option("--confidence", options.confidence, "1 - alpha")
      ->capture_default_str()
      ->check(CLI::Range(0.5, 0.999999));
  command->add_option("--rate", options.rate, "The share that is expected; default none at all");
  command->add_option("--power", options.power, "Probability to decide within the number given for --rate")
      ->capture_default_str()
      ->check(CLI::Range(0.01, 0.999));
  return command;
}

int run(const PlanSamplesOptions& options, Process& process) {
  const double limit = bad_share(options);
  const double alpha = 1 - options.confidence;
  process.out << fmt::format("at most {:.4g} % bad requests, confidence {:.4g} %\n", limit * 100,
                             options.confidence * 100);
  process.out << fmt::format("{} requests without a bad one certify it in one look (evidence: fixed)\n",
                             count_text(stats::clean_units(limit, alpha, stats::Mode::fixed)));
  process.out << fmt::format("{} do at any look of a loop (evidence: anytime)\n",
                             count_text(stats::clean_units(limit, alpha, stats::Mode::anytime)));
  if (options.rate.empty()) return kDone;
  const double rate = share_of(options.rate, "--rate");
  process.out << fmt::format(
      "{} requests decide a version with {:.4g} % with probability {:.4g} in one look\n",
      count_text(stats::units_to_decide(rate, limit, alpha, options.power)), rate * 100, options.power);
  process.out << fmt::format("{} are typical when every look counts\n",
                             count_text(stats::typical_units_anytime(rate, limit, alpha)));
  return kDone;
}

}  // namespace iter8::entrypoint
