#pragma once

#include <string>
#include <vector>

#include "base/environment.h"

namespace iter8::ci {

/// What a pipeline tells `iter8 ci` by variables, so that no value ever passes through a shell. An unset or
/// empty variable is the default here.
struct Inputs {
  std::string experiment = "experiment.yaml";  // relative to working_directory
  std::string working_directory = ".";
  std::vector<std::string> set;         // each K=V
  std::vector<std::string> conditions;  // as of `iter8 assert -c`; empty = what is usual for the file
  std::vector<std::string> reports;     // each FORMAT=PATH
  std::vector<std::string> merge;       // results of shards, names or patterns
  bool summary = true;
  bool annotations = true;
};

/// How the variables are spelled: `INPUT_WORKING-DIRECTORY` as the runner of GitHub does it for the inputs of
/// action.yml, or `ITER8_WORKING_DIRECTORY` as templates for the other systems do it.
enum class Spelling { github, plain };

/// Throws base::UsageError, naming the variable, for a value it cannot have.
Inputs read_inputs(const base::Environment& environment, Spelling spelling);

}  // namespace iter8::ci
