#pragma once

#include <string>
#include <vector>

#include "experiment/catalog.h"
#include "forge/comments.h"
#include "tasks/comment/options.h"
#include "tasks/forge/target.h"

namespace iter8::tasks::comment {

/// Writes one comment on a pull or merge request and keeps it up to date: a second run changes the comment of
/// the first, or leaves it when it would say the same.
class CommentTask final : public experiment::Task {
 public:
  CommentTask(CommentOptions options, ForgeTarget target)
      : options_(std::move(options)), target_(std::move(target)) {}

  experiment::Outcome run(const experiment::Context& context) override;
  std::vector<std::string> plan(const std::vector<experiment::Version>& versions) const override;

 private:
  forge::StickyComment comment_of(const ForgeTarget& target, const std::string& experiment,
                                  std::string body) const;

  CommentOptions options_;
  ForgeTarget target_;
};

experiment::TaskKind comment_kind();

}  // namespace iter8::tasks::comment
