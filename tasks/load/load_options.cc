#include "tasks/load/load_options.h"

#include <algorithm>

namespace iter8::tasks {

namespace {

using config::Check;
using config::Fields;
using config::Node;
using config::Problems;

constexpr std::array kUsualPercentiles = {50.0, 75.0, 90.0, 95.0, 99.0, 99.9};
constexpr std::int64_t kUsualRequests = 100;
constexpr double kUsualRate = 8;
constexpr double kFastestRate = 10e6;
constexpr std::int64_t kMostConnectionsOfVersion = 100'000;
constexpr std::int64_t kMostRequests = 1'000'000'000'000;
constexpr std::int64_t kMostWorkers = 1024;
constexpr base::Duration kLongestTimeout = std::chrono::hours(1);  // what the histogram holds

Check<std::optional<double>> valid_rate() {
  return [](const std::optional<double>& rate) -> std::optional<std::string> {
    if (!rate || (*rate > 0 && *rate <= kFastestRate)) return std::nullopt;
    if (*rate > kFastestRate) return "must be at most 10000000";
    return "must be more than 0 (as fast as the connections allow is arrival: closed)";
  };
}

Check<std::vector<double>> valid_percentiles() {
  return [](const std::vector<double>& percentiles) -> std::optional<std::string> {
    for (const double p : percentiles)
      if (!(p >= 0 && p <= 100)) return "must be numbers from 0 to 100";
    return std::nullopt;
  };
}

void check_load_options(const LoadOptions& options, const Node& node, Problems& problems) {
  const auto position_of = [&](const char* key) {
    const Node* value = node.find(key);
    return value ? value->position : node.position;
  };
  if (options.arrival == load::Arrival::closed && options.rate)
    problems.warning(position_of("qps"), "qps has no meaning with arrival: closed");
  if (options.latency_cap && *options.latency_cap > options.timeout)
    problems.error(position_of("latencyCap"),
                   "latencyCap is longer than the timeout, beyond which no latency is known");
  check_pace(
      options.pace,
      {.arrival = options.arrival, .connections = options.connections, .has_rate = options.rate.has_value()},
      node, problems);
}

void add_sending_fields(Fields<LoadOptions>& fields) {
  fields
      .optional("numRequests", &LoadOptions::requests, "Requests to send to each version",
                config::if_given(config::within(1, kMostRequests)))
      .shown_default("100 when duration is not set")
      .optional("duration", &LoadOptions::duration,
                "How long to send; with numRequests, whichever ends first",
                config::if_given(config::longer_than_zero()))
      .optional("qps", &LoadOptions::rate, "Requests per second and version", valid_rate())
      .alias("rps")
      .shown_default("8")
      .optional("connections", &LoadOptions::connections, "Connections to each version (see maxConnections)",
                config::within(1, kMostConnectionsOfVersion))
      .optional(
          "arrival", &LoadOptions::arrival,
          "constant or poisson send on a schedule; closed sends the next request when the response to the "
          "last one is complete")
      .optional("timeout", &LoadOptions::timeout, "Time for one request, from when it was due",
                valid_timeout())
      .optional("sequential", &LoadOptions::sequential,
                "Load one version after another instead of all in one window")
      .optional("seed", &LoadOptions::seed, "Seed of poisson gaps, of the order of versions and of pauses",
                config::at_least(0))
      .optional("shard", &LoadOptions::shard_text,
                "This process's part of a load that several generate: 2/4, or auto for the CI system's own "
                "numbers")
      .optional("workers", &LoadOptions::workers, "Threads; 0 = as many as the load and the cores warrant",
                config::within(0, kMostWorkers))
      .part(&LoadOptions::pace, config::fields_of<PaceOptions>());
}

void add_measuring_fields(Fields<LoadOptions>& fields) {
  fields
      .optional("percentiles", &LoadOptions::percentiles,
                "Latency percentiles to report beside the usual ones", valid_percentiles())
      .shown_default("[50, 75, 90, 95, 99, 99.9]")
      .optional("latencyCap", &LoadOptions::latency_cap,
                "Also record latency-mean-capped, where no request counts as slower than this, and "
                "latency-above-cap, the share of those that were",
                config::if_given(valid_timeout()))
      .shown_default("none")
      .optional("warmup", &LoadOptions::warmup, "Send the load but record no metrics")
      .optional("warmupDuration", &LoadOptions::warmup_duration, "Time of load before measuring begins",
                not_negative())
      .optional("allowInitialErrors", &LoadOptions::allow_initial_errors,
                "Whether errors of a warm-up are accepted")
      .optional("allowAllFailed", &LoadOptions::allow_all_failed,
                "Whether a load in which no request got an answer is accepted; else it fails the task")
      .rule(check_load_options);
}

}  // namespace

Check<base::Duration> valid_timeout() {
  return [](const base::Duration& timeout) -> std::optional<std::string> {
    if (timeout > base::Duration{0} && timeout <= kLongestTimeout) return std::nullopt;
    return "must be longer than 0 and at most 1h";
  };
}

const Fields<LoadOptions>& fields_of(const LoadOptions*) {
  static const auto fields = [] {
    Fields<LoadOptions> table;
    add_sending_fields(table);
    add_measuring_fields(table);
    return table;
  }();
  return fields;
}

std::vector<double> percentiles_of(const LoadOptions& options) {
  std::vector<double> percentiles;
  const auto add = [&](double p) {
    if (std::find(percentiles.begin(), percentiles.end(), p) == percentiles.end()) percentiles.push_back(p);
  };
  std::for_each(options.percentiles.begin(), options.percentiles.end(), add);
  std::for_each(kUsualPercentiles.begin(), kUsualPercentiles.end(), add);
  return percentiles;
}

load::Plan plan_of(const LoadOptions& options, std::vector<load::Target> targets) {
  load::Plan plan{.targets = std::move(targets),
                  .arrival = options.arrival,
                  .rate = options.rate.value_or(options.pace.stages.empty() ? kUsualRate : 0),
                  .connections = static_cast<int>(options.connections),
                  .requests = options.requests,
                  .duration = options.duration,
                  .timeout = options.timeout,
                  .warmup = options.warmup_duration,
                  .seed = static_cast<std::uint64_t>(options.seed),
                  .workers = static_cast<int>(options.workers),
                  .shard = options.shard};
  const bool ends_by_itself = !options.pace.stages.empty() || options.pace.trace;
  if (!plan.requests && !plan.duration && !ends_by_itself) plan.requests = kUsualRequests;
  return plan;
}

}  // namespace iter8::tasks
