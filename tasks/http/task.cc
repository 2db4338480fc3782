#include "tasks/http/task.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/host_policy.h"
#include "base/text.h"
#include "load/request/request.h"
#include "tasks/http/payload.h"
#include "tasks/http/targets.h"
#include "tasks/load/load_run.h"
#include "tasks/load/part_metrics.h"

namespace iter8::tasks::http {

namespace {

using experiment::Context;
using experiment::Outcome;

/// Masking comes after this: a shorter limit could cut a secret in two and so let a half of it through.
constexpr std::size_t kLongestLine = 64 * 1024;

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
    loaded.push_back({version, std::move(*target)});
  }
  return loaded;
}

/// What events are called, where the load takes responses apart.
std::optional<PartNames> part_names(const HttpOptions& options) {
  if (!options.stream) return std::nullopt;
  return PartNames{.has_content = options.stream->content.has_value(),
                   .has_tokens = options.stream->tokens.has_value()};
}

PreparedLoad prepare(const HttpLoad& load, const Context& context) {
  return {.provider = load.provider,
          .usual_provider = "http",
          .options = &load.options.load,
          .plan = plan_of(load.options, {}),
          .versions = targets_for(load, context),
          .limits = load.limits,
          .part_names = part_names(load.options),
          .skips_verification = load.options.tls.insecure};
}

}  // namespace

Outcome HttpTask::run(const Context& context) {
  Outcome outcome;
  for (const HttpLoad& load : loads_) {
    if (context.stop.stop_requested()) break;
    try {
      run_load(prepare(load, context), context, used_metrics_, outcome);
    } catch (const base::Error& error) {
      if (load.provider == "http") throw;
      throw base::Error(name_of_endpoint(load.provider, "http") + error.what());
    }
  }
  return outcome;
}

std::vector<std::string> HttpTask::plan(const std::vector<experiment::Version>& versions) const {
  std::vector<std::string> lines;
  for (const HttpLoad& load : loads_) {
    const std::string summary = plan_summary(plan_of(load.options, {}), load.options.load.pace);
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
    if (load.options.load.warmup) continue;
    for (std::string& name : metric_names(load.provider, percentiles_of(load.options.load)))
      names.push_back(std::move(name));
    if (load.options.load.latency_cap)
      for (std::string& name : capped_metric_names(load.provider)) names.push_back(std::move(name));
    if (const auto parts = part_names(load.options))
      for (std::string& name : part_metric_names(load.provider, *parts)) names.push_back(std::move(name));
  }
  return names;
}

std::vector<experiment::PlannedLoad> HttpTask::planned_loads() const {
  std::vector<experiment::PlannedLoad> planned;
  for (const HttpLoad& load : loads_)
    if (!load.options.load.warmup)
      planned.push_back(planned_load(load.provider, load.options.load, plan_of(load.options, {})));
  return planned;
}

std::optional<experiment::Shards> HttpTask::shards() const {
  for (const HttpLoad& load : loads_)
    if (load.options.load.shard_text)
      return experiment::Shards{.numbers = {load.options.load.shard.index + 1},
                                .of = load.options.load.shard.count};
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
