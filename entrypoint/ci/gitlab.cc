#include "entrypoint/ci/gitlab.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"

namespace iter8::ci {
namespace {

/// "ESC [0K section_start:TIME:NAME CR ESC [0K": the log viewer folds from here to the end of the same name.
std::string mark(std::string_view what, std::size_t number, std::string_view options) {
  const auto now = std::chrono::floor<std::chrono::seconds>(base::SystemClock().wall());
  return fmt::format("\x1b[0K{}:{}:iter8_task_{}{}\r\x1b[0K", what, now.time_since_epoch().count(), number,
                     options);
}

}  // namespace

GitLab::GitLab(const base::Environment& environment)
    : environment_(environment),
      root_(environment.has("CI_PROJECT_DIR") ? *environment.get("CI_PROJECT_DIR")
                                              : std::filesystem::current_path().string()) {}

Inputs GitLab::inputs() const {
  return read_inputs(environment_, Spelling::plain);
}

std::vector<DefaultReport> GitLab::default_reports() const {
  const std::string given = environment_.get("ITER8_REPORT_DIR").value_or("");
  const std::filesystem::path folder = root_ / (given.empty() ? "iter8-reports" : given);
  return {{"junit", folder / "junit.xml"},
          {"gitlab-metrics", folder / "metrics.txt"},
          {"code-quality", folder / "code-quality.json"},
          {"dotenv", folder / "outputs.env"},
          {"html", folder / "report.html"}};
}

std::string GitLab::section_begin(std::size_t number, std::string_view title) {
  return mark("section_start", number, "[collapsed=true]") + base::printable(title) + "\n";
}

std::string GitLab::section_end(std::size_t number) {
  return mark("section_end", number, "") + "\n";
}

}  // namespace iter8::ci
