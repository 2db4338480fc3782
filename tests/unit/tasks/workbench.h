#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "config/yaml/problems.h"
#include "experiment/catalog.h"
#include "experiment/result/result.h"
#include "experiment/task.h"

namespace iter8::tests {

/// What surrounds a task in a test: builds it from YAML and runs it, and keeps what it reported and logged.
class Workbench {
 public:
  explicit Workbench(const std::vector<std::string>& versions = {"0"});

  /// The task of this `with`, or null; see problems().
  std::unique_ptr<experiment::Task> build(const experiment::TaskKind& kind, const std::string& yaml);
  experiment::Outcome run(experiment::Task& task);
  /// Both; fails the test when the task cannot be built.
  experiment::Outcome run(const experiment::TaskKind& kind, const std::string& yaml);

  void record(const std::string& metric, const std::string& unit, std::size_t version,
              experiment::MetricData data);
  void set(std::size_t version, const std::string& key, config::Value value);

  std::string problems() const { return problems_.to_text(); }
  const std::string& log() const { return log_; }
  experiment::BuildContext build_context();

  std::vector<experiment::Version> versions;
  experiment::Result result;
  base::Environment environment = base::Environment::of_process();
  std::unique_ptr<base::Secrets> secrets = std::make_unique<base::Secrets>();
  std::filesystem::path directory = ".";
  std::stop_source stop;
  int iteration = 1;
  int iterations = 1;

 private:
  config::Problems problems_{"experiment.yaml"};
  std::string log_;
};

/// A directory of its own for one test, removed at the end.
class ScratchDirectory {
 public:
  ScratchDirectory();
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Writes an executable script.
  void add_program(const std::string& name, const std::string& script) const;

 private:
  std::filesystem::path path_;
};

}  // namespace iter8::tests
