#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "experiment/result/result.h"

namespace iter8::report {

/// A format of `iter8 report -o NAME` and `--report NAME=PATH`: a function from result to text, nothing else.
struct Format {
  std::string_view name;
  std::string_view summary;
  std::string (*render)(const experiment::Result&);
};

/// All formats, in the order in which help lists them.
const std::vector<Format>& formats();

/// Throws base::UsageError naming the known ones for an unknown name.
const Format& find_format(std::string_view name);

}  // namespace iter8::report
