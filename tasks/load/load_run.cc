#include "tasks/load/load_run.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/host_policy.h"
#include "base/text.h"
#include "load/engine.h"
#include "load/schedule/profile.h"
#include "tasks/load/ceilings.h"
#include "tasks/load/no_answer.h"

namespace iter8::tasks {

namespace {

using experiment::Context;
using experiment::Outcome;

/// The version's target, with what is to be counted of its latencies.
load::Target target_of(const PreparedLoad& load, const LoadedVersion& version) {
  load::Target target = version.target;
  const auto& cap = load.options->latency_cap;
  target.limits = load.limits;
  target.latency_cap = cap;
  if (cap && std::find(load.limits.begin(), load.limits.end(), *cap) == load.limits.end())
    target.limits.push_back(*cap);
  return target;
}

/// Until the schedule is over, as the sending goes so far.
std::optional<base::Duration> remaining_time(const load::Snapshot& snapshot, const load::Plan& plan) {
  std::optional<base::Duration> remaining;
  if (plan.duration) remaining = std::max(base::Duration(0), *plan.duration - snapshot.elapsed);
  if (!plan.requests || snapshot.achieved_rate <= 0) return remaining;
  const double wanted =
      static_cast<double>(*plan.requests) * static_cast<double>(plan.targets.size()) / plan.shard.count;
  const double left = std::max(0.0, wanted - static_cast<double>(snapshot.requests));
  const base::Duration by_count = base::from_seconds(left / snapshot.achieved_rate);
  return remaining ? std::min(*remaining, by_count) : by_count;
}

std::optional<base::Duration> percentile_of(const stats::Histogram& latency, double p) {
  if (latency.count() == 0) return std::nullopt;
  return base::Duration(latency.percentile(p));
}

experiment::LiveLoad live_load(const load::Snapshot& snapshot, const load::Plan& plan,
                               const std::vector<LoadedVersion>& loaded, const Context& context) {
  experiment::LiveLoad live{.elapsed = snapshot.elapsed,
                            .requests = snapshot.requests,
                            .errors = snapshot.errors,
                            .achieved_rate = snapshot.achieved_rate,
                            .latency_p95 = percentile_of(snapshot.latency, 95),
                            .is_warmup = snapshot.is_warmup};
  if (!snapshot.is_warmup) live.remaining = remaining_time(snapshot, plan);
  const double seconds = std::max(base::to_seconds(snapshot.elapsed), 1e-3);
  for (std::size_t i = 0; i < std::min(loaded.size(), snapshot.targets.size()); ++i) {
    const load::Snapshot::Target& target = snapshot.targets[i];
    live.versions.push_back({.name = context.versions[loaded[i].version].name,
                             .requests = target.requests,
                             .errors = target.errors,
                             .achieved_rate = static_cast<double>(target.requests) / seconds,
                             .latency_p50 = percentile_of(target.latency, 50),
                             .latency_p99 = percentile_of(target.latency, 99)});
  }
  return live;
}

/// Loads these versions at the same time and returns what was measured, in their order.
std::vector<VersionLoad> load_versions(const PreparedLoad& prepared, const std::vector<LoadedVersion>& loaded,
                                       const Context& context) {
  const LoadOptions& options = *prepared.options;
  load::Plan plan = prepared.plan;
  for (const LoadedVersion& each : loaded) plan.targets.push_back(target_of(prepared, each));
  apply_pace(options.pace, context.directory, plan);
  if (const auto found = excess(plan, Ceilings::of(context.environment)))
    throw base::Error(found->option + ": " + found->message);
  const double requested_rate =
      plan.arrival == load::Arrival::closed ? 0 : load::Profile::of(plan).mean_rate();
  const auto report_progress = [&](const load::Snapshot& snapshot) {
    experiment::LiveLoad live = live_load(snapshot, plan, loaded, context);
    if (requested_rate > 0) live.target_rate = requested_rate * static_cast<double>(plan.targets.size());
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
                     .limits = plan.targets[i].limits,
                     .cap = plan.targets[i].latency_cap,
                     .protocol = prepared.protocol,
                     .part_names = prepared.part_names,
                     .seed = plan.seed};
    if (i < measurement.warmup.size()) load.warmup = std::move(measurement.warmup[i]);
    for (load::Tally* tally : {&load.tally, &load.warmup})
      for (std::string* text : {&tally->first_error, &tally->first_unanswered})
        *text = base::printable(context.secrets.mask(*text), 300);
    loads.push_back(std::move(load));
  }
  return loads;
}

std::vector<VersionLoad> load_all_versions(const PreparedLoad& load, const Context& context) {
  if (!load.options->sequential) return load_versions(load, load.versions, context);
  std::vector<VersionLoad> loads;
  for (const LoadedVersion& each : load.versions) {
    if (context.stop.stop_requested()) break;
    for (VersionLoad& part : load_versions(load, {each}, context)) loads.push_back(std::move(part));
  }
  return loads;
}

void add_message(Outcome& outcome, const VersionLoad& load, const PreparedLoad& of, const Context& context) {
  std::vector<std::string> title;
  if (of.provider != of.usual_provider) title.push_back(of.provider);
  if (context.versions.size() > 1) title.push_back(context.versions[load.version].name);
  if (!outcome.message.empty()) outcome.message += "; ";
  if (!title.empty()) outcome.message += base::join(title, " ") + ": ";
  outcome.message += summary_of(load);
}

void warn_about_unverified_tls(Outcome& outcome, const PreparedLoad& load) {
  if (!load.skips_verification) return;
  const std::string message = name_of_endpoint(load.provider, load.usual_provider) +
                              "server certificates are not verified (tls.insecure)";
  outcome.warnings.push_back({.code = "tls-not-verified", .message = message});
}

/// Why the load fails the task: no request got an answer. Nothing when one did, when the file accepts it,
/// when the load was stopped from outside, or when the generator did not run for a while.
std::optional<std::string> failure_of(const std::vector<VersionLoad>& loads, const PreparedLoad& of,
                                      const Context& context) {
  if (of.options->allow_all_failed || of.options->warmup || context.stop.stop_requested())
    return std::nullopt;
  std::vector<std::string> reasons;
  for (const VersionLoad& load : loads) {
    std::string reason = no_answer_text(load);
    if (reason.empty() || load.tally.unsent > 0) return std::nullopt;
    if (context.versions.size() > 1) reason = context.versions[load.version].name + ": " + reason;
    reasons.push_back(std::move(reason));
  }
  if (reasons.empty()) return std::nullopt;
  return name_of_endpoint(of.provider, of.usual_provider) + base::join(reasons, "; ") +
         "; is the service running, and is this its address? (allowAllFailed: true accepts that nothing "
         "answers)";
}

/// What somebody uses, and what was recorded before: the latest value of a count that did not go on is 0. The
/// latencies without errors are wanted of all versions when they differ for one, and of all shards, which do
/// not know of each other; so are the histograms of first bytes where these differ from the last.
std::set<std::string> wanted_metrics(std::set<std::string> used, const PreparedLoad& of,
                                     const std::vector<VersionLoad>& loads, const Context& context) {
  const std::string ok_latency = of.provider + "/ok-latency";
  const std::string first_byte = of.provider + "/ttfb";
  const std::string transfer = of.provider + "/transfer";
  for (const auto& [name, series] : context.result.metrics)
    if (series.info.kind == experiment::MetricKind::counter || name == ok_latency || name == first_byte ||
        name == transfer)
      used.insert(name);
  const bool differs =
      std::any_of(loads.begin(), loads.end(), [](const auto& load) { return load.has_error_latencies(); });
  if (differs || of.options->shard.count > 1) used.insert(ok_latency);
  const bool transfers =
      std::any_of(loads.begin(), loads.end(), [](const auto& load) { return load.has_transfers(); });
  if (transfers || of.options->shard.count > 1) used.insert({first_byte, transfer});
  return used;
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

}  // namespace

void run_load(const PreparedLoad& of, const Context& context, const std::set<std::string>& used_metrics,
              Outcome& outcome) {
  warn_about_unverified_tls(outcome, of);
  const std::vector<double> percentiles = percentiles_of(*of.options);
  const std::vector<VersionLoad> loads = load_all_versions(of, context);
  if (const auto failure = failure_of(loads, of, context))
    outcome.failure = outcome.failure ? *outcome.failure + "; " + *failure : *failure;
  const std::set<std::string> wanted = wanted_metrics(used_metrics, of, loads, context);
  std::vector<experiment::Observation> observations;
  for (const VersionLoad& load : loads) {
    const std::string& version = context.versions[load.version].name;
    if (!of.options->allow_initial_errors)
      require_clean_warmup(of.options->warmup ? load.tally : load.warmup, version);
    add_message(outcome, load, of, context);
    if (of.options->warmup) continue;
    for (experiment::Observation& observation : observations_of(load, of.provider, percentiles, wanted))
      observations.push_back(std::move(observation));
    outcome.series.push_back(series_of(load, of.provider));
    for (experiment::Warning& warning : warnings_of(load, version))
      outcome.warnings.push_back(std::move(warning));
  }
  complete_counts(loads, of.provider, observations);
  std::move(observations.begin(), observations.end(), std::back_inserter(outcome.observations));
}

std::string name_of_endpoint(std::string_view provider, std::string_view usual_provider) {
  if (provider == usual_provider) return {};
  return fmt::format("endpoint '{}': ", provider.substr(usual_provider.size() + 1));
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

}  // namespace iter8::tasks
