#include "report/report.h"

#include "base/error.h"
#include "base/text.h"
#include "report/formats.h"

namespace iter8::report {

const std::vector<Format>& formats() {
  static const std::vector<Format> all = {
      {.name = "text", .summary = "for terminals and logs", .render = text},
      {.name = "markdown", .summary = "for pull requests and job summaries", .render = markdown},
      {.name = "json", .summary = "the whole result, for programs", .render = json},
  };
  return all;
}

const Format& find_format(std::string_view name) {
  std::vector<std::string> names;
  for (const Format& format : formats()) {
    if (format.name == name) return format;
    names.emplace_back(format.name);
  }
  throw base::UsageError("unknown report format '" + base::printable(name) + "', expected one of " +
                         base::join(names, ", ") + base::suggestion(name, names));
}

}  // namespace iter8::report
