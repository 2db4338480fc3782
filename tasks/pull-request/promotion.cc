#include "tasks/pull-request/promotion.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/text.h"
#include "forge/reading.h"
#include "tasks/evidence/evidence.h"
#include "tasks/pull-request/changes.h"

namespace iter8::tasks::pull_request {

namespace {

constexpr int kAttempts = 5;
constexpr std::size_t kLongestBody = 60'000;  // GitHub takes 65536 characters
constexpr std::string_view kOurs = "Promoted-by: iter8";
constexpr std::string_view kOwnPrefix = "iter8/";  // of branches that the file does not name

/// The marker of a body, or nothing.
std::string marker_of(const std::string& body) {
  const std::size_t begin = body.find("<!-- iter8:promotion:");
  if (begin == std::string::npos) return {};
  return body.substr(begin, body.find("-->", begin) - begin);
}

/// "Promoted-by: iter8 (changes 1f0c…, branch iter8/shop)". With the branch, because a squash merge carries
/// the line to the base and from there anywhere.
std::string mark_of(const std::vector<git::Change>& changes, const std::string& branch) {
  std::string text;
  for (const git::Change& change : changes)
    text += change.path + "\n" + base::sha256_hex(change.content) + "\n";
  constexpr std::size_t digits = 16;
  return fmt::format("{} (changes {}, branch {})", kOurs, base::sha256_hex(text).substr(0, digits), branch);
}

/// Whether the commit was made by this task for this branch. Version 1.0.0 did not name the branch: its
/// commits are known on branches that only iter8 makes.
bool is_ours(const std::string& message, const std::string& branch) {
  for (const std::string& text : base::split(message, '\n')) {
    const std::string_view line = base::trim(text);
    if (!line.starts_with(kOurs)) continue;
    if (line.ends_with(fmt::format(", branch {})", branch))) return true;
    if (line.find(", branch ") == std::string_view::npos && branch.starts_with(kOwnPrefix)) return true;
  }
  return false;
}

/// The branch that is to be changed, and what is to be changed there.
struct Work {
  std::string base;
  std::string commit;
  std::vector<git::Change> changes;
};

Work work_of(const Promotion& promotion, forge::Contents& contents, forge::PullRequests& requests) {
  Work work{.base = promotion.base.empty() ? contents.default_branch() : promotion.base,
            .commit = {},
            .changes = {}};
  refuse_base(promotion.branch, work.base);
  const auto commit = contents.head(work.base);
  if (!commit) throw base::Error("there is no branch " + base::printable(work.base) + " to change");
  work.commit = *commit;
  if (!promotion.reverses) {
    work.changes = changes_of(contents, work.commit, promotion.edits);
  } else if (const auto merged = requests.last_merged(*promotion.reverses, work.base)) {
    work.changes = reverse_changes(contents, work.commit, merged->commit, promotion.edits);
  }
  return work;
}

bool has_changes(forge::Contents& contents, const std::string& commit,
                 const std::vector<git::Change>& changes) {
  for (const git::Change& change : changes) {
    const auto file = contents.file(commit, change.path);
    if (!file || file->content != change.content) return false;
  }
  return true;
}

/// Whether the branch is as it should be already. Throws when it is someone else's, also when it has no
/// commit of its own yet: whoever made it means something by it.
bool is_done(const Promotion& promotion, const Work& work, const std::string& head,
             forge::Contents& contents) {
  const git::CommitInfo info = contents.commit(head);
  if (!is_ours(info.message, promotion.branch))
    throw base::Error(
        fmt::format("the branch {} holds commits that are not of this task, the last one '{}'; delete the "
                    "branch, or give another with 'branch'",
                    base::printable(promotion.branch),
                    base::printable(info.message.substr(0, info.message.find('\n')), 80)));
  const bool stands_on_base = info.parents.size() == 1 && info.parents.front() == work.commit;
  const bool is_same = info.message.find(mark_of(work.changes, promotion.branch)) != std::string::npos;
  return is_same && (stands_on_base || contents.adds_to_branch()) &&
         has_changes(contents, head, work.changes);
}

/// Whether the branch proposes the change now; false when someone else moved something meanwhile.
bool publish(const Promotion& promotion, const Work& work, forge::Contents& contents,
             forge::PullRequests& requests) {
  const auto head = contents.head(promotion.branch);
  if (head && is_done(promotion, work, *head, contents)) return true;
  if (head && requests.is_protected(promotion.branch))
    throw base::Error(fmt::format("the branch {} is protected; give another with 'branch'",
                                  base::printable(promotion.branch)));
  return contents.publish({.branch = promotion.branch,
                           .base_branch = work.base,
                           .base = work.commit,
                           .replaces = head,
                           .message = commit_message(promotion, work.changes),
                           .author = promotion.author,
                           .changes = work.changes});
}

/// The change on its branch; an empty list when there is none to make.
Work publish_with_retries(const Promotion& promotion, const OpenContents& open, forge::PullRequests& requests,
                          const forge::ClientContext& context) {
  for (int attempt = 1; attempt <= kAttempts; ++attempt) {
    if (attempt > 1) {
      context.log.info(fmt::format("{} moved meanwhile; attempt {}", promotion.branch, attempt));
      forge::wait_before(attempt, context);
    }
    const auto contents = open();
    Work work = work_of(promotion, *contents, requests);
    if (work.changes.empty() || publish(promotion, work, *contents, requests)) return work;
  }
  throw base::Error(fmt::format("the branch {} was moved by someone else {} times in a row",
                                base::printable(promotion.branch), kAttempts));
}

}  // namespace

std::string Promoted::sentence() const {
  const std::string of_files = files.empty() ? "" : " (" + base::join(files, ", ") + ")";
  switch (end) {
    case End::nothing:
      return "nothing to promote";
    case End::unchanged:
      return "proposed already: " + url + of_files;
    case End::updated:
      return "updated " + url + of_files;
    case End::opened:
      return "opened " + url + of_files;
    case End::merged:
      break;
  }
  return "merged " + url + of_files;
}

void refuse_base(const std::string& branch, const std::string& base) {
  if (branch == base)
    throw base::Error(
        fmt::format("the branch {} is the base itself; the change would go there without a pull request: "
                    "give another with 'branch'",
                    base::printable(branch)));
}

std::string commit_message(const Promotion& promotion, const std::vector<git::Change>& changes) {
  std::string text =
      promotion.title + "\n\n" + promotion.headline + "\n\n" + mark_of(changes, promotion.branch) + "\n";
  if (promotion.sign_off && promotion.author)
    text += fmt::format("Signed-off-by: {} <{}>\n", promotion.author->name, promotion.author->email);
  return text;
}

std::string body_with_marker(const Promotion& promotion) {
  return cut_at_line(promotion.body, kLongestBody) +
         fmt::format("\n<!-- iter8:promotion:{} -->\n", base::sha256_hex(promotion.decision));
}

Promoted promote(const Promotion& promotion, const OpenContents& open, forge::PullRequests& requests,
                 const forge::ClientContext& context) {
  const Work work = publish_with_retries(promotion, open, requests, context);
  Promoted result;
  if (work.changes.empty()) return result;
  for (const git::Change& change : work.changes) result.files.push_back(change.path);

  const std::string body = body_with_marker(promotion);
  auto pull = requests.find_open(promotion.branch, work.base);
  if (!pull) {
    pull = requests.open({.head = promotion.branch,
                          .base = work.base,
                          .title = promotion.title,
                          .body = body,
                          .draft = promotion.draft});
    if (!pull) return {};
    result.end = Promoted::End::opened;
  } else if (marker_of(pull->body) != marker_of(body)) {
    requests.update(*pull, promotion.title, body);
    result.end = Promoted::End::updated;
  } else {
    result.end = Promoted::End::unchanged;
  }
  result.url = pull->url;
  if (!promotion.attributes.empty()) requests.add(*pull, promotion.attributes);
  if (promotion.auto_merge) requests.enable_auto_merge(*pull, promotion.method);
  if (promotion.merge) {
    requests.merge(*pull, promotion.method);
    result.end = Promoted::End::merged;
  }
  return result;
}

}  // namespace iter8::tasks::pull_request
