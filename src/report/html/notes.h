#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "experiment/result/result.h"

namespace iter8::report {

/// The warnings of a result at the things that they speak of, each sentence once. What concerns the whole run
/// (summary::degradations) is not among them: it stands beside the verdict.
struct Notes {
  std::map<std::string, std::vector<std::string>> of_metric;    // by the metric of an objective or reward
  std::map<std::string, std::vector<std::string>> of_provider;  // of a load whose course is shown
  std::map<std::pair<experiment::Section, std::size_t>, std::vector<std::string>> of_task;  // by its place
  std::vector<std::string> of_run;                                                          // all others
};

Notes notes_of(const experiment::Result& result);

}  // namespace iter8::report
