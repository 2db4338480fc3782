#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/host_policy.h"

namespace iter8::git {

/// A repository elsewhere, and how this process shows who it is there.
struct Remote {
  std::string url;          // https://host/path, ssh://user@host/path or user@host:path
  std::string username;     // of https
  std::string password;     // of https: a password or token
  std::string key;          // of ssh: the private key itself
  std::string passphrase;   // of the key
  std::string known_hosts;  // of ssh: lines as in a known_hosts file; empty = ~/.ssh/known_hosts
  base::HostPolicy hosts;   // what may be connected to
  std::string ca_file;      // of https: PEM file of certificates to trust instead of the system's
};

/// How long a transfer may take, and what stops it earlier.
struct TransferLimits {
  base::Duration time = std::chrono::minutes(5);
  std::stop_token stop;
};

struct RemoteRefs {
  std::string head_branch;                      // the remote's default branch; empty when it says none
  std::map<std::string, std::string> branches;  // commit of each
};

/// Brings these branches, as far as the remote has them ("" = its default branch), into the bare repository
/// in `folder`, without tags and without other branches. libgit2 1.5 cannot make the history shallow.
/// Certificates and host keys are verified. Throws base::Error that names the host and the reason.
RemoteRefs fetch(const Remote& remote, const std::filesystem::path& folder,
                 const std::vector<std::string>& branches, const TransferLimits& limits);

/// What a push came to.
enum class Push { done, moved };

/// Points the remote's branch at a commit of the bare repository in `folder`, forced, but only if it points
/// at `expected` there (nothing = it must not exist): `moved` when it does not, and nothing was changed.
/// `reference` (refs/…) names the commit in that repository. Throws base::Error with what the server says
/// when it refuses, as it does for a protected branch.
Push push(const Remote& remote, const std::filesystem::path& folder, const std::string& reference,
          const std::string& branch, const std::optional<std::string>& expected,
          const TransferLimits& limits);

}  // namespace iter8::git
