#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "forge/client.h"

namespace iter8::forge {

/// What GitHub shows beside a line of a file.
struct Annotation {
  std::string path;  // in the repository
  int line = 1;
  bool is_failure = false;  // else a warning
  std::string title;
  std::string message;
};

/// A check run of GitHub: a status with a page of its own. Needs the token of a GitHub App, which
/// GITHUB_TOKEN is; a personal token cannot make one.
struct CheckRun {
  std::string repository;
  std::string commit;
  std::string name;
  std::string conclusion;   // success, failure, neutral; empty = still in progress
  std::string title;        // one line
  std::string summary;      // Markdown; cut to 65535 characters
  std::string url;          // of the details; may be empty
  std::string external_id;  // finds it again: the same for the same experiment
  std::vector<Annotation> annotations;
};

/// GitHub takes this many annotations in one call.
inline constexpr std::size_t kAnnotationsOfCall = 50;

/// What creates it, with the first annotations; the further ones are added by updates.
Call check_run_creation(const CheckRun& run);

struct WrittenCheckRun {
  bool created = false;
  std::string url;
};

/// Creates the check run, or updates the one of the same name and external id on the same commit.
/// Throws base::Error as Client::send does.
WrittenCheckRun write_check_run(Client& client, const CheckRun& run);

}  // namespace iter8::forge
