#include "forge/comments.h"

#include "base/text.h"
#include "forge/place.h"
#include "forge/reading.h"

namespace iter8::forge {

namespace {

constexpr std::size_t kGithubLimit = 65536;  // characters; bytes are the stricter count
constexpr std::size_t kGitlabLimit = 1'000'000;
constexpr std::string_view kCutNote = "\n\n… (cut: the rest is in the report of the run)\n";

std::string permission_for(Vendor vendor) {
  return vendor == Vendor::gitlab ? "scope api (a job token cannot write notes)" : "pull-requests: write";
}

/// The comments of the pull request.
std::string list_path(Vendor vendor, const StickyComment& comment) {
  const std::string number = std::to_string(comment.pull_request);
  const std::string place = repository_path(vendor, comment.repository);
  return place + (vendor == Vendor::gitlab ? "/merge_requests/" + number + "/notes"
                                           : "/issues/" + number + "/comments");
}

Call update_of(const Account& account, const StickyComment& comment, const std::string& id) {
  const bool is_gitlab = account.vendor == Vendor::gitlab;
  const std::string place = repository_path(account.vendor, comment.repository);
  // 403 and 404: it is somebody else's.
  return {
      .method = is_gitlab ? "PUT" : "PATCH",
      .path = is_gitlab ? list_path(account.vendor, comment) + "/" + id : place + "/issues/comments/" + id,
      .body = Json{{"body", comment_text(account, comment)}},
      .purpose = "update the comment",
      .permission = permission_for(account.vendor),
      .expected = {403, 404}};
}

/// Servers change line ends and trailing blanks.
std::string normalize_line_ends(const std::string& text) {
  return std::string(base::trim(base::replace_all(text, "\r\n", "\n")));
}

}  // namespace

std::string comment_marker(const std::string& key) {
  return "<!-- iter8:" + key + " -->";
}

std::string comment_text(const Account& account, const StickyComment& comment) {
  const std::size_t limit = account.vendor == Vendor::gitlab ? kGitlabLimit : kGithubLimit;
  std::string text = comment_marker(comment.key) + "\n" + comment.body;
  if (text.size() <= limit) return text;
  const std::size_t newline = text.rfind('\n', limit - kCutNote.size());
  text.resize(newline);  // at the latest the one behind the marker
  return text + std::string(kCutNote);
}

Call creation_of(const Account& account, const StickyComment& comment) {
  return {.method = "POST",
          .path = list_path(account.vendor, comment),
          .body = Json{{"body", comment_text(account, comment)}},
          .purpose = "comment on the pull request",
          .permission = permission_for(account.vendor)};
}

WrittenComment write_comment(Client& client, const StickyComment& comment) {
  const Account& account = client.account();
  const std::string text = comment_text(account, comment);
  const std::vector<Json> present = client.list({.path = list_path(account.vendor, comment),
                                                 .purpose = "read the comments of the pull request",
                                                 .permission = permission_for(account.vendor)});
  for (const Json& one : present) {
    if (!text_at(one, "body").starts_with(comment_marker(comment.key))) continue;
    if (normalize_line_ends(text_at(one, "body")) == normalize_line_ends(text))
      return {.change = CommentChange::unchanged, .url = text_at(one, "html_url")};
    const Response response = client.send(update_of(account, comment, id_at(one)));
    if (response.is_good()) return {.change = CommentChange::updated, .url = text_at(one, "html_url")};
  }
  const Response response = client.send(creation_of(account, comment));
  return {.change = CommentChange::created, .url = text_at(response.body, "html_url")};
}

}  // namespace iter8::forge
