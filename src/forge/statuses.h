#pragma once

#include <string>

#include "forge/client.h"

namespace iter8::forge {

enum class CommitState { pending, success, failure, error };

/// A status of one commit, which branch protection can require. A later one of the same context replaces it.
struct CommitStatus {
  std::string repository;
  std::string commit;   // 40 or 64 hexadecimal digits
  std::string context;  // "iter8/checkout"
  CommitState state = CommitState::pending;
  std::string description;  // one line; cut to 140 characters (GitLab: 255)
  std::string url;          // where the details are; may be empty
};

/// What sets it: the words of each server's API.
Call status_call(const Account& account, const CommitStatus& status);

/// Throws base::Error.
void set_status(Client& client, const CommitStatus& status);

}  // namespace iter8::forge
