// The metrics report of GitLab, which shows two values side by side in a merge request and compares them as
// texts: one line a metric and version, with three significant digits, so that only real changes show.
#include <cctype>
#include <set>

#include <fmt/format.h>

#include "report/exposition.h"
#include "report/formats.h"
#include "report/tables.h"
#include "summary/wording.h"

namespace iter8::report {

namespace {

std::string gitlab_name(const std::string& metric, const std::string& unit) {
  std::string name = std::isdigit(static_cast<unsigned char>(metric.front())) != 0 ? "_" : "";
  for (const char c : metric + (unit.empty() ? "" : "_" + unit))
    name +=
        std::isalnum(static_cast<unsigned char>(c)) != 0 && static_cast<unsigned char>(c) < 0x80 ? c : '_';
  return name;
}

}  // namespace

std::string gitlab_metrics(const experiment::Result& result) {
  std::string text;
  std::set<std::string> seen;  // names that differ in odd characters only
  for (const std::string& metric : metric_names(result)) {
    const auto info = metric_info(result, metric);
    for (std::size_t version = 0; version < result.versions.size(); ++version) {
      const auto value = latest_value(result, metric, version);
      const Labels labels{
          {"version", result.versions.size() > 1 ? summary::version_name(result, version) : std::string()}};
      const std::string name = gitlab_name(metric, info ? info->unit : "") + labels_text(labels);
      if (value && seen.insert(name).second) text += fmt::format("{} {:.3g}\n", name, *value);
    }
  }
  return text.empty() ? "# no metrics\n" : text;
}

}  // namespace iter8::report
