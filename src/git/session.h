#pragma once

#include <filesystem>
#include <string>

#include "base/descriptor.h"
#include "git/handle.h"
#include "git/transfer.h"

namespace iter8::git {

/// One connection's callbacks: credentials, checks of certificates and host keys, and what the server says.
/// Lives in the child process of a transfer only, whose environment it changes: HOME becomes `home`, so that
/// neither the user's git settings nor other host keys count.
class Session {
 public:
  Session(const Remote& remote, const std::filesystem::path& folder, const std::filesystem::path& home);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  git_repository* repository() { return repository_.get(); }
  git_remote* remote() { return remote_handle_.get(); }
  git_remote_callbacks callbacks();
  /// With a host policy libgit2 follows no redirect: it would not ask before it connects.
  git_remote_redirect_t redirects() const;

  /// Throws base::Error, "cannot WHAT: REASON", with the clearest reason known, when the code is an error.
  void check(int code, const std::string& what) const;

  /// The callbacks of a push: it goes ahead only if the branch is at `expected`, else has_moved() is true.
  /// check() also throws when the server refused the branch.
  git_remote_callbacks callbacks_of_push(std::string expected);
  bool has_moved() const { return has_moved_; }

 private:
  static int negotiate(const git_push_update** updates, std::size_t count, void* self);
  static int note_refusal(const char* reference, const char* status, void* self);
  static int credentials(git_credential** out, const char* url, const char* username, unsigned allowed,
                         void* self);
  static int certificate(git_cert* certificate, int valid, const char* host, void* self);
  static int message(const char* text, int length, void* self);
  static int note_progress(const git_indexer_progress* progress, void* self);

  int offer(git_credential** out, const std::string& url, const char* username, unsigned allowed);

  const Remote& given_;
  base::Descriptor key_;
  std::string key_file_;  // its name, for libssh2, which reads a file
  std::string reason_;    // better than libgit2's
  std::string said_;      // by the server, for people: the last part
  std::string refusal_;   // of a push
  std::string expected_;
  bool has_moved_ = false;
  int offers_ = 0;
  Handle<git_repository> repository_;
  Handle<git_remote> remote_handle_;
};

}  // namespace iter8::git
