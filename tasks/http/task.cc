#include "tasks/http/task.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/host_policy.h"
#include "base/text.h"
#include "load/engine.h"
#include "load/request/request.h"
#include "load/schedule/profile.h"
#include "tasks/http/payload.h"
#include "tasks/http/targets.h"
#include "tasks/load/ceilings.h"
#include "tasks/load/no_answer.h"

namespace iter8::tasks::http {

namespace {

using experiment::Context;
using experiment::Outcome;

/// Masking comes after this: a shorter limit could cut a secret in two and so let a half of it through.
constexpr std::size_t kLongestLine = 64 * 1024;

/// A version that is loaded, and its target.
struct LoadedVersion {
  std::size_t version = 0;
  load::Target target;
};

std::vector<LoadedVersion> targets_for(const HttpLoad& load, const Context& context) {
  const HttpOptions& options = load.options;
  const std::string body = payload_of(options, context.directory, context.secrets,
                                      base::HostPolicy::of(context.environment), context.stop);
  const TargetContext target_context{.versions = context.versions,
                                     .iteration = context.iteration,
                                     .directory = context.directory,
                                     .rows = load.rows_or_null(),
                                     .body = &body};
  std::vector<LoadedVersion> loaded;
  for (std::size_t version = 0; version < context.versions.size(); ++version) {
    auto target = target_of(options, target_context, version);
    if (!target) continue;
    target->limits = load.limits;
    target->latency_cap = options.latency_cap;
    const auto& cap = options.latency_cap;
    if (cap && std::find(load.limits.begin(), load.limits.end(), *cap) == load.limits.end())
      target->limits.push_back(*cap);
    loaded.push_back({version, std::move(*target)});
  }
  return loaded;
}

/// Loads these versions at the same time and returns what was measured, in their order.
std::vector<VersionLoad> load_versions(const HttpOptions& options, const std::vector<LoadedVersion>& loaded,
                                       const Context& context) {
  std::vector<load::Target> targets;
  for (const LoadedVersion& each : loaded) targets.push_back(each.target);
  load::Plan plan = plan_of(options, std::move(targets));
  apply_pace(options.pace, context.directory, plan);
  if (const auto found = excess(plan, Ceilings::of(context.environment)))
    throw base::Error(found->option + ": " + found->message);
  const double requested_rate =
      plan.arrival == load::Arrival::closed ? 0 : load::Profile::of(plan).mean_rate();
  const auto report_progress = [&](const load::Snapshot& snapshot) {
    experiment::LiveLoad live{.elapsed = snapshot.elapsed,
                              .requests = snapshot.requests,
                              .errors = snapshot.errors,
                              .achieved_rate = snapshot.achieved_rate};
    if (requested_rate > 0) live.target_rate = requested_rate * static_cast<double>(plan.targets.size());
    if (snapshot.latency.count() > 0) live.latency_p95 = base::Duration(snapshot.latency.percentile(95));
    context.progress.load(live);
  };
  load::StopRule stop_rule;
  if (options.pace.stop_when)
    stop_rule = [&](const load::Snapshot& snapshot) { return options.pace.stop_when->reason(snapshot); };
  plan.wall_time = context.clock.wall();
  plan.hosts = base::HostPolicy::of(context.environment);
  load::Measurement measurement = load::run(plan, report_progress, context.stop, stop_rule);

  std::vector<VersionLoad> loads;
  for (std::size_t i = 0; i < loaded.size(); ++i) {
    VersionLoad load{.version = loaded[i].version,
                     .tally = std::move(measurement.targets[i]),
                     .requested_rate = measurement.requested_rate,
                     .start = plan.wall_time + measurement.lead,
                     .elapsed = measurement.elapsed,
                     .end = measurement.end,
                     .end_text = measurement.end_text,
                     .workers = measurement.workers,
                     .notes = measurement.notes,
                     .limits = loaded[i].target.limits,
                     .cap = loaded[i].target.latency_cap};
    if (i < measurement.warmup.size()) load.warmup = std::move(measurement.warmup[i]);
    for (load::Tally* tally : {&load.tally, &load.warmup})
      tally->first_error = base::printable(context.secrets.mask(tally->first_error), 300);
    loads.push_back(std::move(load));
  }
  return loads;
}

std::vector<VersionLoad> load_all_versions(const HttpLoad& load, const Context& context) {
  const HttpOptions& options = load.options;
  const std::vector<LoadedVersion> loaded = targets_for(load, context);
  if (!options.sequential) return load_versions(options, loaded, context);
  std::vector<VersionLoad> loads;
  for (const LoadedVersion& each : loaded) {
    if (context.stop.stop_requested()) break;
    for (VersionLoad& part : load_versions(options, {each}, context)) loads.push_back(std::move(part));
  }
  return loads;
}

/// "endpoint 'cart': "; empty for the only load of a task.
std::string name_of_endpoint(const HttpLoad& load) {
  if (load.provider == "http") return {};
  return "endpoint '" + load.provider.substr(std::string_view("http-").size()) + "': ";
}

void add_message(Outcome& outcome, const VersionLoad& load, const HttpLoad& of, const Context& context) {
  std::vector<std::string> title;
  if (of.provider != "http") title.push_back(of.provider);
  if (context.versions.size() > 1) title.push_back(context.versions[load.version].name);
  if (!outcome.message.empty()) outcome.message += "; ";
  if (!title.empty()) outcome.message += base::join(title, " ") + ": ";
  outcome.message += summary_of(load);
}

void warn_about_unverified_tls(Outcome& outcome, const HttpLoad& load, const Context& context) {
  if (!load.options.tls.insecure) return;
  const std::string message = load.provider + ": server certificates are not verified (tls.insecure)";
  context.log.warning(message);
  outcome.warnings.push_back({.code = "tls-not-verified", .message = message});
}

/// Why the load fails the task: no request got an answer. Nothing when one did, when the file accepts it,
/// when the load was stopped from outside, or when the generator did not run for a while.
std::optional<std::string> failure_of(const std::vector<VersionLoad>& loads, const HttpLoad& of,
                                      const Context& context) {
  if (of.options.allow_all_failed || of.options.warmup || context.stop.stop_requested()) return std::nullopt;
  std::vector<std::string> reasons;
  for (const VersionLoad& load : loads) {
    std::string reason = no_answer_text(load);
    if (reason.empty() || load.tally.unsent > 0) return std::nullopt;
    if (context.versions.size() > 1) reason = context.versions[load.version].name + ": " + reason;
    reasons.push_back(std::move(reason));
  }
  if (reasons.empty()) return std::nullopt;
  return name_of_endpoint(of) + base::join(reasons, "; ") + "; allowAllFailed: true accepts that";
}

/// What somebody uses, and what was recorded before: the latest value of a count that did not go on is 0. The
/// latencies without errors are wanted of all versions when they differ for one, and of all shards, which do
/// not know of each other.
std::set<std::string> wanted_metrics(std::set<std::string> used, const HttpLoad& of,
                                     const std::vector<VersionLoad>& loads, const Context& context) {
  const std::string ok_latency = of.provider + "/ok-latency";
  for (const auto& [name, series] : context.result.metrics)
    if (series.info.kind == experiment::MetricKind::counter || name == ok_latency) used.insert(name);
  const bool differs =
      std::any_of(loads.begin(), loads.end(), [](const auto& load) { return load.has_error_latencies(); });
  if (differs || of.options.shard.count > 1) used.insert(ok_latency);
  return used;
}

void run_load(const HttpLoad& of, const Context& context, const std::set<std::string>& used_metrics,
              Outcome& outcome) {
  warn_about_unverified_tls(outcome, of, context);
  const std::vector<double> percentiles = percentiles_of(of.options);
  const std::vector<VersionLoad> loads = load_all_versions(of, context);
  if (const auto failure = failure_of(loads, of, context))
    outcome.failure = outcome.failure ? *outcome.failure + "; " + *failure : *failure;
  const std::set<std::string> wanted = wanted_metrics(used_metrics, of, loads, context);
  std::vector<experiment::Observation> observations;
  for (const VersionLoad& load : loads) {
    const std::string& version = context.versions[load.version].name;
    if (!of.options.allow_initial_errors)
      require_clean_warmup(of.options.warmup ? load.tally : load.warmup, version);
    add_message(outcome, load, of, context);
    if (of.options.warmup) continue;
    for (experiment::Observation& observation : observations_of(load, of.provider, percentiles, wanted))
      observations.push_back(std::move(observation));
    outcome.series.push_back(series_of(load, of.provider));
    for (experiment::Warning& warning : warnings_of(load, version))
      outcome.warnings.push_back(std::move(warning));
  }
  complete_counts(loads, of.provider, observations);
  std::move(observations.begin(), observations.end(), std::back_inserter(outcome.observations));
}

std::string rate_text(const load::Plan& plan, const PaceOptions& pace) {
  if (plan.arrival == load::Arrival::closed) return ", closed loop";
  if (pace.trace) return " by the trace " + base::printable(pace.trace->value);
  if (pace.stages.empty()) return fmt::format(" at {:.6g}/s", plan.rate);
  std::string text = fmt::format(" from {:.6g}/s", plan.rate);
  for (const StageOptions& stage : pace.stages)
    text += fmt::format(" to {:.6g}/s in {}", stage.rate, base::to_text(stage.duration));
  return text;
}

std::string plan_summary(const load::Plan& plan, const PaceOptions& pace) {
  std::string text = plan.requests ? fmt::format("{} requests", *plan.requests) : "requests";
  if (plan.duration) text += " for " + base::to_text(*plan.duration);
  text += rate_text(plan, pace) + fmt::format(" over {} connections", plan.connections);
  if (plan.shard.count > 1) text += fmt::format(", shard {} of {}", plan.shard.index + 1, plan.shard.count);
  if (pace.max_connections) text += fmt::format(" (at most {})", *pace.max_connections);
  if (pace.stop_when) text += ", until " + base::printable(pace.stop_when->text());
  return text;
}

/// What a fast service may make of a closed loop: requests a second of one connection, and seconds for a
/// number of them.
constexpr double kFastRate = 10'000;
constexpr double kLongLoad = 60;
constexpr double kForever = std::numeric_limits<double>::infinity();

experiment::PlannedLoad planned_load(const HttpLoad& of) {
  const HttpOptions& options = of.options;
  experiment::PlannedLoad planned{.provider = of.provider, .is_sequential = options.sequential};
  load::Plan plan = plan_of(options, {});
  for (const StageOptions& stage : options.pace.stages) plan.stages.push_back({stage.duration, stage.rate});
  if (options.pace.trace) return planned;  // how many requests it asks for stands in a file
  if (plan.arrival == load::Arrival::closed) {
    planned.seconds = plan.duration ? base::to_seconds(*plan.duration) : kLongLoad;
    planned.requests = kFastRate * planned.seconds * plan.connections;
    if (plan.requests) planned.requests = std::min(*planned.requests, static_cast<double>(*plan.requests));
    return planned;
  }
  const load::Profile profile = load::Profile::of(plan);
  std::optional<double> seconds;
  if (plan.duration) seconds = base::to_seconds(*plan.duration);
  if (const auto end = profile.end()) seconds = std::min(seconds.value_or(kForever), base::to_seconds(*end));
  if (plan.requests)
    if (const auto time = profile.time_of(static_cast<double>(*plan.requests)))
      seconds = std::min(seconds.value_or(kForever), *time / 1e9);
  if (!seconds) return planned;
  planned.seconds = *seconds;
  planned.requests = std::round(profile.arrivals_until(base::from_seconds(*seconds)));
  return planned;
}

}  // namespace

Outcome HttpTask::run(const Context& context) {
  Outcome outcome;
  for (const HttpLoad& load : loads_) {
    if (context.stop.stop_requested()) break;
    try {
      run_load(load, context, used_metrics_, outcome);
    } catch (const base::Error& error) {
      if (load.provider == "http") throw;
      throw base::Error(name_of_endpoint(load) + error.what());
    }
  }
  return outcome;
}

std::vector<std::string> HttpTask::plan(const std::vector<experiment::Version>& versions) const {
  std::vector<std::string> lines;
  for (const HttpLoad& load : loads_) {
    const std::string summary = plan_summary(plan_of(load.options, {}), load.options.pace);
    for (std::size_t version = 0; version < versions.size(); ++version) {
      auto target = target_of(load.options, {.versions = versions, .rows = load.rows_or_null()}, version);
      if (!target) continue;
      lines.push_back(fmt::format("{} {}: {} {}: {}", load.provider, versions[version].name, target->method,
                                  target->url.to_text(), summary));
      const auto keep_alive = load.options.keep_alive ? load::KeepAlive::on : load::KeepAlive::off;
      for (const std::string& line : base::split(base::trim(request_text(*target, keep_alive)), '\n'))
        lines.push_back("  " + base::printable(base::trim(line), kLongestLine));
    }
  }
  return lines;
}

std::size_t HttpTask::named_versions() const {
  std::size_t most = 0;
  for (const HttpLoad& load : loads_) most = std::max(most, load.options.version_info.size());
  return most;
}

std::vector<std::string> HttpTask::produces() const {
  std::vector<std::string> names;
  for (const HttpLoad& load : loads_) {
    if (load.options.warmup) continue;
    for (std::string& name : metric_names(load.provider, percentiles_of(load.options)))
      names.push_back(std::move(name));
    if (load.options.latency_cap)
      for (std::string& name : capped_metric_names(load.provider)) names.push_back(std::move(name));
  }
  return names;
}

std::vector<experiment::PlannedLoad> HttpTask::planned_loads() const {
  std::vector<experiment::PlannedLoad> planned;
  for (const HttpLoad& load : loads_)
    if (!load.options.warmup) planned.push_back(planned_load(load));
  return planned;
}

std::optional<experiment::Shards> HttpTask::shards() const {
  for (const HttpLoad& load : loads_)
    if (load.options.shard_text)
      return experiment::Shards{.numbers = {load.options.shard.index + 1}, .of = load.options.shard.count};
  return std::nullopt;
}

void HttpTask::note_limits(const std::vector<experiment::MetricLimit>& limits) {
  for (HttpLoad& load : loads_) load.limits = latency_limits(limits, load.provider);
}

experiment::TaskKind http_kind() {
  return {.name = "http",
          .aliases = {"gen-load-and-collect-metrics", "gen-load-and-collect-metrics-http",
                      "collect-fortio-metrics"},
          .summary = "Puts HTTP load on every version and measures latency and errors",
          .options = config::fields_of<HttpOptions>().schema(),
          .build = build_http};
}

}  // namespace iter8::tasks::http
