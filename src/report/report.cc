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
      {.name = "html", .summary = "one page that stands alone, with plots", .render = html},
      {.name = "junit", .summary = "test cases, an open verdict skipped", .render = junit},
      {.name = "junit-strict", .summary = "test cases, an open verdict failed", .render = junit_strict},
      {.name = "sarif", .summary = "complaints by line of the file, for code scanning", .render = sarif},
      {.name = "code-quality",
       .summary = "complaints by line of the file, for GitLab",
       .render = code_quality},
      {.name = "openmetrics", .summary = "numbers for Prometheus and its kin", .render = openmetrics},
      {.name = "gitlab-metrics", .summary = "numbers for GitLab's merge requests", .render = gitlab_metrics},
      {.name = "dotenv", .summary = "the outputs as variables", .render = dotenv},
      {.name = "hdr", .summary = "exact histograms as an HdrHistogram log", .render = hdr},
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
