#pragma once

#include "entrypoint/ci/system.h"

namespace iter8::ci {

/// A job of GitLab CI: collapsible sections, and in the folder `iter8-reports` (or ITER8_REPORT_DIR) of the
/// project what entrypoint/gitlab/iter8.yml hands over as reports: JUnit, metrics, code quality, dotenv,
/// HTML.
class GitLab final : public System {
 public:
  explicit GitLab(const base::Environment& environment);

  std::string_view name() const override { return "gitlab"; }
  Inputs inputs() const override;
  std::filesystem::path root() const override { return root_; }
  std::vector<DefaultReport> default_reports() const override;
  std::string section_begin(std::size_t number, std::string_view title) override;
  std::string section_end(std::size_t number) override;

 private:
  const base::Environment& environment_;
  std::filesystem::path root_;
};

}  // namespace iter8::ci
