#include "tasks/websocket/task.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "load/request/request.h"
#include "tasks/load/load_run.h"
#include "tasks/websocket/targets.h"

namespace iter8::tasks::websocket {

namespace {

using experiment::Context;
using experiment::Outcome;

constexpr const char* kProvider = "websocket";
/// Masking comes after this: a shorter limit could cut a secret in two and so let a half of it through.
constexpr std::size_t kLongestLine = 64 * 1024;

PreparedLoad prepare(const WebSocketLoad& load, const Context& context) {
  PreparedLoad prepared{.provider = load.provider,
                        .usual_provider = kProvider,
                        .protocol = LoadProtocol::websocket,
                        .options = &load.options.load,
                        .plan = plan_of(load.options),
                        .versions = {},
                        .limits = load.limits,
                        .skips_verification = load.options.tls.insecure};
  const TargetContext target_context{.versions = context.versions,
                                     .iteration = context.iteration,
                                     .directory = context.directory,
                                     .rows = load.rows_or_null()};
  for (std::size_t version = 0; version < context.versions.size(); ++version)
    if (auto target = target_of(load.options, target_context, version))
      prepared.versions.push_back({version, std::move(*target)});
  return prepared;
}

}  // namespace

Outcome WebSocketTask::run(const Context& context) {
  Outcome outcome;
  for (const WebSocketLoad& load : loads_) {
    if (context.stop.stop_requested()) break;
    try {
      run_load(prepare(load, context), context, used_metrics_, outcome);
    } catch (const base::Error& error) {
      throw base::Error(name_of_endpoint(load.provider, kProvider) + error.what());
    }
  }
  return outcome;
}

std::vector<std::string> WebSocketTask::plan(const std::vector<experiment::Version>& versions) const {
  std::vector<std::string> lines;
  for (const WebSocketLoad& load : loads_) {
    const std::string summary = plan_summary(plan_of(load.options), load.options.load.pace);
    for (std::size_t version = 0; version < versions.size(); ++version) {
      const auto target =
          target_of(load.options, {.versions = versions, .rows = load.rows_or_null()}, version);
      if (!target) continue;
      lines.push_back(fmt::format("{} {}: {}: {}", load.provider, versions[version].name,
                                  url_text(target->url), summary));
      const std::string handshake = request_text(*target, load::KeepAlive::on);
      for (const std::string& line : base::split(base::trim(handshake), '\n'))
        lines.push_back("  " + base::printable(base::trim(line), kLongestLine));
    }
  }
  return lines;
}

std::vector<std::string> WebSocketTask::produces() const {
  std::vector<std::string> names;
  for (const WebSocketLoad& load : loads_) {
    const LoadOptions& options = load.options.load;
    if (options.warmup) continue;
    for (std::string& name : metric_names(load.provider, percentiles_of(options), LoadProtocol::websocket))
      names.push_back(std::move(name));
    if (options.latency_cap)
      for (std::string& name : capped_metric_names(load.provider)) names.push_back(std::move(name));
  }
  return names;
}

std::optional<experiment::Shards> WebSocketTask::shards() const {
  for (const WebSocketLoad& load : loads_) {
    const LoadOptions& options = load.options.load;
    if (options.shard_text)
      return experiment::Shards{.numbers = {options.shard.index + 1}, .of = options.shard.count};
  }
  return std::nullopt;
}

void WebSocketTask::note_limits(const std::vector<experiment::MetricLimit>& limits) {
  for (WebSocketLoad& load : loads_) load.limits = latency_limits(limits, load.provider);
}

experiment::TaskKind websocket_kind() {
  return {.name = kProvider,
          .aliases = {},
          .summary = "Sends messages to every version over WebSocket and measures the time to their answers",
          .options = config::fields_of<WebSocketOptions>().schema(),
          .build = build_websocket};
}

}  // namespace iter8::tasks::websocket
