#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/catalog.h"

namespace iter8::tasks::plugin {

/// A task in any language: the executable iter8-task-NAME, spoken to over standard input and output (protocol
/// 1, see docs/plugins.md).
class PluginTask final : public experiment::Task {
 public:
  PluginTask(std::string name, std::filesystem::path program, config::Value with)
      : name_(std::move(name)), program_(std::move(program)), with_(std::move(with)) {}

  /// Throws base::Error with the end of the program's standard error when it fails or its answer is
  /// malformed.
  experiment::Outcome run(const experiment::Context& context) override;
  std::vector<std::string> plan(const std::vector<experiment::Version>& versions) const override;
  std::filesystem::path program() const override { return program_; }
  std::vector<std::string> produces() const override { return {name_ + "/*"}; }

 private:
  std::string name_;  // without x-
  std::filesystem::path program_;
  config::Value with_;
};

/// The kind of task that `name` (x-NAME) means; nothing for other names. Its program is looked for, and never
/// started, in ITER8_TASK_PATH, PATH and the folder of the experiment file, in this order; reports one that
/// is in none of them.
std::optional<experiment::TaskKind> find_plugin(std::string_view name, experiment::BuildContext& context);

}  // namespace iter8::tasks::plugin
