#include "tasks/catalog.h"

#include <vector>

#include "tasks/assess/task.h"
#include "tasks/comment/task.h"
#include "tasks/commit-status/task.h"
#include "tasks/deployment/task.h"
#include "tasks/grpc/task.h"
#include "tasks/http/task.h"
#include "tasks/metrics/task.h"
#include "tasks/notify/task.h"
#include "tasks/plugin/task.h"
#include "tasks/pull-request/task.h"
#include "tasks/repository-dispatch/task.h"
#include "tasks/run/task.h"
#include "tasks/webhook/task.h"
#include "tasks/websocket/task.h"
#include "tasks/workflow/task.h"

namespace iter8::tasks {

namespace {

using experiment::Privilege;

experiment::TaskKind measuring(experiment::TaskKind kind) {
  kind.privilege = Privilege::none;
  return kind;
}

experiment::TaskKind concluding(experiment::TaskKind kind, Privilege privilege = Privilege::none) {
  kind.role = experiment::Role::concludes;
  kind.privilege = privilege;
  return kind;
}

/// One after the other, because a list of them would be copied, with all that they say about their fields.
std::vector<experiment::TaskKind> all_kinds() {
  std::vector<experiment::TaskKind> kinds;
  kinds.push_back(measuring(http::http_kind()));
  kinds.push_back(measuring(grpc::grpc_kind()));
  kinds.push_back(measuring(grpc::legacy_grpc_kind()));
  kinds.push_back(measuring(websocket::websocket_kind()));
  kinds.push_back(measuring(metrics::metrics_kind()));
  kinds.push_back(concluding(assess::assess_kind()));
  kinds.push_back(concluding(notify::notify_kind()));
  kinds.push_back(concluding(webhook::webhook_kind()));
  kinds.push_back(concluding(pull_request::pull_request_kind(), Privilege::promotion));
  kinds.push_back(concluding(workflow::workflow_kind(), Privilege::promotion));
  kinds.push_back(concluding(repository_dispatch::repository_dispatch_kind(), Privilege::promotion));
  kinds.push_back(concluding(comment::comment_kind()));
  kinds.push_back(concluding(commit_status::commit_status_kind()));
  kinds.push_back(concluding(deployment::deployment_kind(), Privilege::promotion));
  return kinds;
}

}  // namespace

const experiment::Catalog& catalog() {
  static const experiment::Catalog all = {
      .kinds = all_kinds(), .script = run::run_kind(), .family = plugin::find_plugin};
  return all;
}

}  // namespace iter8::tasks
