#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "experiment/catalog.h"
#include "tasks/load/metrics.h"
#include "tasks/websocket/options.h"

namespace iter8::tasks::websocket {

/// One load of a websocket task: its only one, or one of its endpoints.
struct WebSocketLoad {
  std::string provider = "websocket";  // of its metrics; "websocket-NAME" for an endpoint
  WebSocketOptions options;
  std::optional<load::Rows> rows;           // of options.rows, read when the file is checked
  std::vector<base::Duration> limits = {};  // of latency percentiles, that objectives name

  const load::Rows* rows_or_null() const { return rows ? &*rows : nullptr; }
};

/// Sends messages to every version over WebSocket and measures the time until they are answered; never
/// judges. Versions, schedule and failures are as in the http task.
class WebSocketTask final : public experiment::Task {
 public:
  explicit WebSocketTask(std::vector<WebSocketLoad> loads) : loads_(std::move(loads)) {}

  experiment::Outcome run(const experiment::Context& context) override;
  std::vector<std::string> plan(const std::vector<experiment::Version>& versions) const override;
  std::vector<std::string> produces() const override;
  std::optional<experiment::Shards> shards() const override;
  void note_limits(const std::vector<experiment::MetricLimit>& limits) override;
  void note_uses(const std::set<std::string>& metrics) override { used_metrics_ = metrics; }

 private:
  std::vector<WebSocketLoad> loads_;
  std::set<std::string> used_metrics_;
};

experiment::TaskKind websocket_kind();

/// Reads and checks the `with` of a websocket task, as far as that goes without a network.
std::unique_ptr<experiment::Task> build_websocket(const config::Node& with,
                                                  experiment::BuildContext& context);

}  // namespace iter8::tasks::websocket
