#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/options/fields.h"

namespace iter8::experiment {

/// The top level of an experiment file. Parts that other readers parse (StepOptions, LoopOptions,
/// read_versions) stay nodes.
struct FileOptions {
  std::optional<std::string> name;
  std::vector<std::string> secrets;
  std::optional<config::Node> versions;
  std::optional<config::Node> setup;
  std::optional<config::Node> loop;
  std::optional<config::Node> tasks;
  std::optional<config::Node> spec;
  std::optional<config::Node> finally;
  std::optional<config::Node> metadata;
  std::optional<config::Node> result;
};

struct MetadataOptions {
  std::optional<std::string> name;
  std::optional<std::string> kubernetes_namespace;
};

struct LoopOptions {
  std::int64_t iterations = 1;
  base::Duration interval{0};
  std::optional<config::Node> until;
};

/// One entry of setup, tasks or finally.
struct StepOptions {
  std::optional<std::string> task;
  std::optional<config::Node> run;
  std::optional<config::Node> condition;
  std::optional<config::Node> with;
  std::string name;
  std::optional<base::Duration> timeout;
  bool continue_on_error = false;
  std::int64_t retries = 0;
};

/// The tables of fields from which both the loader and `iter8 schema` work.
const config::Fields<FileOptions>& file_fields();
const config::Fields<MetadataOptions>& metadata_fields();
const config::Fields<LoopOptions>& loop_fields();
const config::Fields<StepOptions>& step_fields();

}  // namespace iter8::experiment
