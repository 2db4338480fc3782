#include "entrypoint/commands/plan_samples.h"

#include <cmath>
#include <ostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "stats/dependence/pauses.h"
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

base::Duration parse_time(const std::string& text, const char* option) {
  const auto duration = base::parse_duration(text);
  if (duration && *duration > base::Duration{0}) return *duration;
  throw base::UsageError(
      fmt::format("{}: found '{}', expected a time such as 50ms", option, base::printable(text)));
}

std::string seconds_text(double seconds) {
  if (!std::isfinite(seconds)) return "never";
  return seconds < 10 ? fmt::format("{:.2g} s", seconds) : fmt::format("{:.0f} s", seconds);
}

/// How long it takes to find a change of the service time beneath pauses, for the figures that are worth
/// comparing.
std::string pauses_text(const PlanSamplesOptions& options, double alpha) {
  const double pause = base::to_seconds(parse_time(options.pause, "--pause"));
  const stats::PausingService service{.rate = options.qps,
                                      .median = base::to_seconds(parse_time(options.latency, "--latency")),
                                      .pauses = options.pauses,
                                      .pause = pause};
  const double change = parse_share(options.change, "--change");
  if (change <= 0) throw base::UsageError("--change: found 0, expected more");
  std::string text = fmt::format(
      "with {:.3g} pauses/s of {} on average of each version's own, {:.6g} requests/s and a median of {}, a\n"
      "service time that is {:.3g} % longer shows with probability {:.4g} after so much load:\n",
      options.pauses, options.pause, options.qps, options.latency, 100 * change, options.power);
  const auto line = [&](const std::string& name, const stats::LatencyFigure& figure) {
    text += fmt::format("  {:<38} {}\n", name,
                        seconds_text(stats::seconds_to_see(service, figure, change, alpha, options.power)));
  };
  for (const double percent : {50.0, 75.0, 90.0, 99.0})
    line(fmt::format("latency-p{:.0f}", percent), {.quantile = percent / 100});
  line("latency-mean-capped (latencyCap: " + base::to_text(base::from_seconds(pause / 2)) + ")",
       {.cap = pause / 2});
  line("latency-mean-capped (latencyCap: " + options.pause + ")", {.cap = pause});
  line("latency-mean", {});
  return text +
         "A test, which has to estimate the noise, takes 10 to 35 % longer. A higher rate hardly helps, "
         "replicas do.\n";
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
  command->add_option("--stall", options.stall,
                      "Longest stall of a version to reckon with, such as 50ms; as 'stall' of assess");
  command
      ->add_option(
          "--pauses", options.pauses,
          "Pauses a second of each version's own: how long it takes to compare latencies beneath them")
      ->check(CLI::Range(0.0, 1000.0));
  command->add_option("--pause", options.pause, "Their average length")->capture_default_str();
  command->add_option("--qps", options.qps, "Requests a second to each version")
      ->capture_default_str()
      ->check(CLI::Range(0.001, 1e7));
  command->add_option("--latency", options.latency, "Median latency outside of pauses")
      ->capture_default_str();
  command->add_option("--change", options.change, "Change of the service time to be found")
      ->capture_default_str();
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
  if (!options.stall.empty()) {
    const double stall = base::to_seconds(parse_time(options.stall, "--stall"));
    process.out << fmt::format("{} of load would have met a stall of {} that fails all its requests\n",
                               seconds_text(stall * -std::log(alpha) / limit), options.stall);
  }
  if (options.pauses > 0) process.out << pauses_text(options, alpha);
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
