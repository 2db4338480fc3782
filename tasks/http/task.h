#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "experiment/catalog.h"
#include "tasks/http/options.h"
#include "tasks/load/metrics.h"

namespace iter8::tasks::http {

/// One load of an http task: its only one, or one of its endpoints.
struct HttpLoad {
  std::string provider = "http";  // of its metrics; "http-NAME" for an endpoint
  HttpOptions options;
  std::optional<load::Rows> rows;           // of options.rows, read when the file is checked
  std::vector<base::Duration> limits = {};  // of latency percentiles, that objectives name

  const load::Rows* rows_or_null() const { return rows ? &*rows : nullptr; }
};

/// Puts HTTP load on every version and measures; never judges. All versions are loaded interleaved in one
/// window unless `sequential`; endpoints run one after another in the order of the file. A load in which no
/// request of any version got an answer fails the task, unless the file allows it; what was measured (an
/// error-rate of 1, no latency) is recorded all the same.
class HttpTask final : public experiment::Task {
 public:
  explicit HttpTask(std::vector<HttpLoad> loads) : loads_(std::move(loads)) {}

  experiment::Outcome run(const experiment::Context& context) override;
  std::vector<std::string> plan(const std::vector<experiment::Version>& versions) const override;
  std::size_t named_versions() const override;
  std::vector<std::string> produces() const override;
  std::vector<experiment::PlannedLoad> planned_loads() const override;
  std::optional<experiment::Shards> shards() const override;
  void note_limits(const std::vector<experiment::MetricLimit>& limits) override;
  void note_uses(const std::set<std::string>& metrics) override { used_metrics_ = metrics; }

 private:
  std::vector<HttpLoad> loads_;
  std::set<std::string> used_metrics_;
};

experiment::TaskKind http_kind();

/// Reads and checks the `with` of an http task, as far as that goes without a network: also what templates
/// come to for each version, and the request that is made of it.
std::unique_ptr<experiment::Task> build_http(const config::Node& with, experiment::BuildContext& context);

}  // namespace iter8::tasks::http
