#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "experiment/catalog.h"
#include "load/data_rows.h"
#include "tasks/grpc/options.h"
#include "tasks/grpc/service.h"

namespace iter8::tasks::grpc {

/// One load of a grpc task: its only one, or one of its endpoints.
struct GrpcLoad {
  std::string provider = "grpc";  // of its metrics; "grpc-NAME" for an endpoint
  GrpcOptions options;
  std::optional<load::Rows> rows = {};      // of options.rows, read when the file is checked
  std::vector<base::Duration> limits = {};  // of latency percentiles, that objectives name

  bool inherits_stream = false;  // an endpoint that has its `stream` from the task

  const load::Rows* rows_or_null() const { return rows ? &*rows : nullptr; }
};

/// Calls a method of every version and measures; never judges. All versions are loaded interleaved in one
/// window unless `sequential`; endpoints run one after another in the order of the file. Where neither files
/// nor the program itself describe the method, the server is asked before the load.
class GrpcTask final : public experiment::Task {
 public:
  explicit GrpcTask(std::vector<GrpcLoad> loads) : loads_(std::move(loads)) {}

  experiment::Outcome run(const experiment::Context& context) override;
  std::vector<std::string> plan(const std::vector<experiment::Version>& versions) const override;
  std::size_t named_versions() const override;
  std::vector<std::string> produces() const override;
  std::vector<experiment::PlannedLoad> planned_loads() const override;
  std::optional<experiment::Shards> shards() const override;
  void note_limits(const std::vector<experiment::MetricLimit>& limits) override;
  void note_uses(const std::set<std::string>& metrics) override;

 private:
  std::vector<GrpcLoad> loads_;
  std::set<std::string> used_metrics_;
};

experiment::TaskKind grpc_kind();
/// The same with the fields and defaults of older files: gen-load-and-collect-metrics-grpc.
experiment::TaskKind legacy_grpc_kind();

/// Reads and checks the `with` of a grpc task, as far as that goes without a network.
std::unique_ptr<experiment::Task> build_grpc(const config::Node& with, experiment::BuildContext& context);

/// The same of the fields of older files.
std::unique_ptr<experiment::Task> build_legacy_grpc(const config::Node& with,
                                                    experiment::BuildContext& context);

}  // namespace iter8::tasks::grpc
