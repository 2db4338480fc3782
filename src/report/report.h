#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "experiment/result/result.h"

namespace iter8::report {

/// A format of `iter8 report -o NAME` and `--report NAME=PATH`. To add one, write its function (formats.h)
/// and name it in the table of report.cc: commands, help and completion take it from there.
struct Format {
  std::string_view name;
  std::string_view summary;  // what it is for, in the words of help
  std::string (*render)(const experiment::Result&);
};

/// All formats, in the order in which help lists them.
const std::vector<Format>& formats();

/// Throws base::UsageError, naming the known ones and the nearest, for an unknown name.
const Format& find_format(std::string_view name);

}  // namespace iter8::report
