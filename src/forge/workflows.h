#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "forge/client.h"

namespace iter8::forge {

/// A workflow of GitHub Actions (or Gitea Actions) to start, or a pipeline of GitLab.
struct WorkflowStart {
  std::string repository;
  std::string workflow;                                     // file name or number; of GitHub only
  std::string ref;                                          // branch or tag
  std::vector<std::pair<std::string, std::string>> inputs;  // GitLab: variables; at most 25 of GitHub
  std::string trigger_token;  // GitLab: of a pipeline trigger; empty = the API's token
  /// A text that stands in the name of the run that is started, because one of the inputs holds it and the
  /// workflow's `run-name` shows that input. Finds the run where the server does not say which one it
  /// started. May be empty.
  std::string correlation;
};

/// A run that was started.
struct WorkflowRun {
  std::string id;
  std::string url;         // for people
  std::string status;      // queued, in_progress, completed, …; GitLab: pending, running, success, …
  std::string conclusion;  // once it is over: success, failure, cancelled, …; empty before

  bool is_over() const { return !conclusion.empty(); }
  bool is_good() const {
    return conclusion == "success" || conclusion == "skipped" || conclusion == "neutral";
  }
};

/// What starts it. GitHub is asked to say which run it started, which servers know since 2026.
enum class RunDetails { asked, not_asked };
Call start_call(const Account& account, const WorkflowStart& start, RunDetails details);

/// Starts it, unless a run with the correlation text is there already. The run is nothing when the server did
/// not say which one it started; find_run() finds it then. Throws base::Error.
std::optional<WorkflowRun> start_workflow(Client& client, const WorkflowStart& start);

/// The run that was started not before `since`: by the correlation text, or else the only one of this
/// workflow and ref. Nothing as long as there is none. Throws base::Error when there are several and no
/// correlation text tells them apart.
std::optional<WorkflowRun> find_run(Client& client, const WorkflowStart& start, base::WallTime since);

/// Its state now.
WorkflowRun look_at_run(Client& client, const std::string& repository, const std::string& id);

/// Asks for its end; it may take a while. A run that is over already is left as it is.
void cancel_run(Client& client, const std::string& repository, const std::string& id);

}  // namespace iter8::forge
