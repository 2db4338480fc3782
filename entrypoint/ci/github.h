#pragma once

#include <set>

#include "entrypoint/ci/system.h"

namespace iter8::ci {

/// GitHub Actions, as the container action of action.yml or as the command of a `run` step: masks, groups,
/// annotations, GITHUB_OUTPUT and GITHUB_STEP_SUMMARY. Foreign text stands between stop-commands and its
/// token, so that nothing in it is taken for a command.
class GitHub final : public System {
 public:
  explicit GitHub(const base::Environment& environment);

  std::string_view name() const override { return "github"; }
  Inputs inputs() const override;
  std::filesystem::path root() const override { return root_; }
  void add_variables(base::Environment& environment) const override;
  bool needs_one_stream() const override { return true; }
  std::string greeting(const base::Secrets& secrets) override;
  std::string foreign_begin() override;
  std::string foreign_end() override;
  std::string section_begin(std::size_t number, std::string_view title) override;
  std::string section_end(std::size_t number) override;
  void publish(const Ending& ending, std::ostream& out) override;

 private:
  /// For secrets that the runner has not been told of.
  std::string new_masks(const base::Secrets& secrets);

  const base::Environment& environment_;
  std::filesystem::path root_;
  base::WallTime start_;
  std::string token_;
  std::set<std::string> masked_;  // lines that were said already
};

}  // namespace iter8::ci
