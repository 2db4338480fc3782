#pragma once

#include <string>
#include <vector>

#include "base/environment.h"

namespace iter8::ci {

/// The inputs of action.yml. The runner hands an input over as the variable INPUT_<NAME>, hyphens kept, and
/// one that was not given as an empty text; both are the default here.
struct ActionInputs {
  std::string experiment = "experiment.yaml";  // relative to working_directory
  std::string working_directory = ".";
  std::vector<std::string> set;                                              // each K=V
  std::vector<std::string> conditions = {"completed", "nofailure", "slos"};  // as of `iter8 assert -c`
  std::vector<std::string> reports;                                          // each FORMAT=PATH
  bool summary = true;
  bool annotations = true;
};

/// Whether this process is a step of a GitHub workflow that was given the action's inputs.
bool is_github_action(const base::Environment& environment);

/// Throws base::UsageError, naming the input, for a value it cannot have.
ActionInputs read_action_inputs(const base::Environment& environment);

}  // namespace iter8::ci
