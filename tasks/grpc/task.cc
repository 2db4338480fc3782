#include "tasks/grpc/task.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "tasks/grpc/downloads.h"
#include "tasks/grpc/legacy_options.h"
#include "tasks/grpc/messages.h"
#include "tasks/grpc/stream_check.h"
#include "tasks/grpc/targets.h"
#include "tasks/load/load_run.h"
#include "tasks/load/part_metrics.h"

namespace iter8::tasks::grpc {

namespace {

using experiment::Context;
using experiment::Outcome;

constexpr const char* kUsualProvider = "grpc";
/// Of a line of --dry-run, before secrets in it are masked.
constexpr std::size_t kLongestLine = 64 * 1024;

/// What the messages of responses are called, where the server streams them.
PartNames message_names() {
  return {.part = "message",
          .first = "time-to-first-message",
          .gap = "inter-message",
          .count = "messages",
          .rate = "message-rate"};
}

/// Calls by name, each described once: by files, or by the first server that is asked.
using DescribedCalls = std::map<std::string, DescribedCall>;

const DescribedCall& describe(const GrpcLoad& load, const GrpcOptions& options, const std::string& name,
                              const load::Target& server, const TargetContext& targets, std::size_t version,
                              const Context& context, DescribedCalls& calls) {
  if (const auto known = calls.find(name); known != calls.end()) return known->second;
  auto call = describe_call(options, name, description_of_files(options, context.directory));
  if (!call) {
    call = describe_by_server(options, name, server, reflection_metadata(options, targets, version), context);
    const auto needless = needless_field(options.stream, name, call->streaming);
    if (needless && !options.is_older && !load.inherits_stream) throw base::Error(needless->why);
  }
  return calls.emplace(name, std::move(*call)).first->second;
}

std::vector<LoadedVersion> targets_for(const GrpcLoad& load, const GrpcOptions& options,
                                       const Context& context, DescribedCalls& calls) {
  const TargetContext targets{.versions = context.versions,
                              .iteration = context.iteration,
                              .directory = context.directory,
                              .rows = load.rows_or_null()};
  const MessageTexts messages = message_texts(options, context.directory);
  std::vector<LoadedVersion> loaded;
  for (std::size_t version = 0; version < context.versions.size(); ++version) {
    auto target = server_of(options, targets, version);
    if (!target) continue;
    const DescribedCall& call =
        describe(load, options, call_name(options, version), *target, targets, version, context, calls);
    target->url.target = call.path;
    target->grpc = call_of(options, call, messages, load.rows_or_null());
    loaded.push_back({version, std::move(*target)});
  }
  return loaded;
}

void run_calls(const GrpcLoad& load, const Context& context, const std::set<std::string>& used,
               Outcome& outcome) {
  const Downloads downloads(load.options, context);
  DescribedCalls calls;  // the targets refer to them
  const PreparedLoad prepared{.provider = load.provider,
                              .usual_provider = kUsualProvider,
                              .protocol = LoadProtocol::grpc,
                              .options = &load.options.load,
                              .plan = plan_of(load.options),
                              .versions = targets_for(load, downloads.options(), context, calls),
                              .limits = load.limits,
                              .part_names = message_names(),
                              .skips_verification = load.options.tls && load.options.tls->insecure};
  run_load(prepared, context, used, outcome);
}

/// The percentile of "grpc/latency-p97.5" or "grpc/ok-latency-p97.5".
std::optional<double> percentile_in(const std::string& metric, const std::string& provider) {
  for (const char* start : {"/latency-p", "/ok-latency-p"})
    if (metric.starts_with(provider + start))
      return base::parse_number(std::string_view(metric).substr((provider + start).size()));
  return std::nullopt;
}

}  // namespace

Outcome GrpcTask::run(const Context& context) {
  Outcome outcome;
  for (const GrpcLoad& load : loads_) {
    if (context.stop.stop_requested()) break;
    try {
      run_calls(load, context, used_metrics_, outcome);
    } catch (const base::Error& error) {
      if (load.provider == kUsualProvider) throw;
      throw base::Error(name_of_endpoint(load.provider, kUsualProvider) + error.what());
    }
  }
  return outcome;
}

std::vector<std::string> GrpcTask::plan(const std::vector<experiment::Version>& versions) const {
  std::vector<std::string> lines;
  for (const GrpcLoad& load : loads_) {
    const load::Plan plan = plan_of(load.options);
    const std::string summary = plan_summary(plan, load.options.load.pace) +
                                fmt::format(", {} calls at a time on each", plan.streams);
    for (std::size_t version = 0; version < versions.size(); ++version) {
      const auto target = server_of(load.options, {.versions = versions}, version);
      if (!target) continue;
      const std::string where = (target->url.secure ? "https://" : "http://") + target->url.authority();
      lines.push_back(fmt::format("{} {}: {} at {}: {}", load.provider, versions[version].name,
                                  call_name(load.options, version), where, summary));
      for (const auto& [name, value] : target->headers)
        lines.push_back("  " + base::printable(name + ": " + value, kLongestLine));
    }
  }
  return lines;
}

std::size_t GrpcTask::named_versions() const {
  std::size_t most = 0;
  for (const GrpcLoad& load : loads_) most = std::max(most, load.options.version_info.size());
  return most;
}

std::vector<std::string> GrpcTask::produces() const {
  std::vector<std::string> names;
  for (const GrpcLoad& load : loads_) {
    if (load.options.load.warmup) continue;
    for (std::string& name :
         metric_names(load.provider, percentiles_of(load.options.load), LoadProtocol::grpc))
      names.push_back(std::move(name));
    // Older Iter8 kept every latency and could say any percentile: see note_uses().
    for (const char* start : {"/latency-p*", "/ok-latency-p*"}) names.push_back(load.provider + start);
    for (std::string& name : part_metric_names(load.provider, message_names()))
      names.push_back(std::move(name));
    if (load.options.load.latency_cap)
      for (std::string& name : capped_metric_names(load.provider)) names.push_back(std::move(name));
  }
  return names;
}

std::vector<experiment::PlannedLoad> GrpcTask::planned_loads() const {
  std::vector<experiment::PlannedLoad> planned;
  for (const GrpcLoad& load : loads_)
    if (!load.options.load.warmup)
      planned.push_back(planned_load(load.provider, load.options.load, plan_of(load.options)));
  return planned;
}

std::optional<experiment::Shards> GrpcTask::shards() const {
  for (const GrpcLoad& load : loads_)
    if (load.options.load.shard_text)
      return experiment::Shards{.numbers = {load.options.load.shard.index + 1},
                                .of = load.options.load.shard.count};
  return std::nullopt;
}

void GrpcTask::note_limits(const std::vector<experiment::MetricLimit>& limits) {
  for (GrpcLoad& load : loads_) load.limits = latency_limits(limits, load.provider);
}

void GrpcTask::note_uses(const std::set<std::string>& metrics) {
  used_metrics_ = metrics;
  for (GrpcLoad& load : loads_)
    for (const std::string& metric : metrics)
      if (const auto percentile = percentile_in(metric, load.provider);
          percentile && *percentile > 0 && *percentile <= 100)
        load.options.load.percentiles.push_back(*percentile);
}

experiment::TaskKind grpc_kind() {
  return {.name = "grpc",
          .aliases = {},
          .summary = "Calls a gRPC method of every version and measures latency and errors",
          .options = config::fields_of<GrpcOptions>().schema(),
          .build = build_grpc,
          .older_options = config::fields_of<LegacyGrpcOptions>().schema()};
}

experiment::TaskKind legacy_grpc_kind() {
  return {.name = "gen-load-and-collect-metrics-grpc",
          .aliases = {},
          .summary = "The same as older Iter8 had it; for new files, use grpc",
          .options = config::fields_of<LegacyGrpcOptions>().schema(),
          .build = build_legacy_grpc,
          .is_older = true};
}

}  // namespace iter8::tasks::grpc
