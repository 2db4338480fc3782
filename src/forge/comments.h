#pragma once

#include <cstdint>
#include <string>

#include "forge/client.h"

namespace iter8::forge {

/// A comment that there is once on a pull request (GitHub, Gitea) or merge request (GitLab), however often it
/// is written: found again by a hidden marker in its first line.
struct StickyComment {
  std::string repository;
  std::int64_t pull_request = 0;
  std::string key;   // letters, digits, ._/-; tells sticky comments of one pull request apart
  std::string body;  // Markdown, without the marker
};

enum class CommentChange { created, updated, unchanged };

struct WrittenComment {
  CommentChange change = CommentChange::created;
  std::string url;  // for people; may be empty
};

/// "<!-- iter8:KEY -->"
std::string comment_marker(const std::string& key);

/// The comment's text with its marker, cut to what the server takes (GitHub: 65536 characters).
std::string comment_text(const Account& account, const StickyComment& comment);

/// What creating it sends; finding it before that is a list of comments.
Call creation_of(const Account& account, const StickyComment& comment);

/// Creates the comment, or changes the one with the marker, unless it says the same already. Somebody else's
/// comment that begins with the marker is left alone: the server refuses to change it. Throws base::Error.
WrittenComment write_comment(Client& client, const StickyComment& comment);

}  // namespace iter8::forge
