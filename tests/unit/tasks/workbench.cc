#include "workbench.h"

#include <fstream>

#include <catch2/catch.hpp>
#include <stdlib.h>

#include "config/yaml/document.h"
#include "experiment/metric/metric_name.h"

namespace iter8::tests {

namespace {

class SilentProgress final : public experiment::Progress {
 public:
  void task_started(const experiment::TaskLabel&) override {}
  void load(const experiment::LiveLoad&) override {}
  void task_finished(const experiment::TaskLabel&, const experiment::Execution&) override {}
};

}  // namespace

Workbench::Workbench(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    versions.push_back({.name = name, .values = {{"name", config::Value(name)}}});
    result.versions.push_back(name);
  }
}

experiment::BuildContext Workbench::build_context() {
  return {.versions = versions,
          .environment = environment,
          .secrets = *secrets,
          .directory = directory,
          .position = {.line = 1, .column = 1},
          .problems = problems_,
          .descriptions = experiment::Descriptions::asked_for};
}

std::unique_ptr<experiment::Task> Workbench::build(const experiment::TaskKind& kind,
                                                   const std::string& yaml) {
  auto node = config::parse_document(yaml, problems_);
  REQUIRE(node);
  auto context = build_context();
  return kind.build(*node, context);
}

experiment::Outcome Workbench::run(experiment::Task& task) {
  base::SystemClock clock;
  const base::Logger logger(base::LogLevel::trace, *secrets, [this](base::LogLevel, std::string_view line) {
    log_ += std::string(line) + "\n";
  });
  SilentProgress progress;
  return task.run({.versions = versions,
                   .result = result,
                   .iteration = iteration,
                   .iterations = iterations,
                   .stop = stop.get_token(),
                   .clock = clock,
                   .log = logger,
                   .progress = progress,
                   .environment = environment,
                   .secrets = *secrets,
                   .directory = directory,
                   .result_file = "result.yaml"});
}

experiment::Outcome Workbench::run(const experiment::TaskKind& kind, const std::string& yaml) {
  const auto task = build(kind, yaml);
  INFO(problems());
  REQUIRE(task);
  return run(*task);
}

void Workbench::record(const std::string& metric, const std::string& unit, std::size_t version,
                       experiment::MetricData data) {
  auto& series = result.metrics[experiment::canonical_metric_name(metric)];
  series.info = {.name = metric, .unit = unit, .description = ""};
  series.versions.resize(versions.size());
  series.versions[version].push_back({.iteration = 1, .data = std::move(data)});
}

void Workbench::set(std::size_t version, const std::string& key, config::Value value) {
  versions[version].values.emplace_back(key, std::move(value));
}

ScratchDirectory::ScratchDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "iter8-test-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()));
  path_ = name;
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void ScratchDirectory::add_program(const std::string& name, const std::string& script) const {
  std::ofstream(path_ / name) << script;
  std::filesystem::permissions(path_ / name, std::filesystem::perms::owner_all);
}

}  // namespace iter8::tests
