#include "tasks/catalog.h"

#include <vector>

#include "tasks/assess/task.h"
#include "tasks/comment/task.h"
#include "tasks/commit-status/task.h"
#include "tasks/deployment/task.h"
#include "tasks/http/task.h"
#include "tasks/metrics/task.h"
#include "tasks/notify/task.h"
#include "tasks/plugin/task.h"
#include "tasks/pull-request/task.h"
#include "tasks/repository-dispatch/task.h"
#include "tasks/run/task.h"
#include "tasks/webhook/task.h"
#include "tasks/workflow/task.h"

namespace iter8::tasks {

namespace {

experiment::TaskKind with_conclusion_role(experiment::TaskKind kind) {
  kind.role = experiment::Role::concludes;
  return kind;
}

/// One after the other, because a list of them would be copied, with all that they say about their fields.
std::vector<experiment::TaskKind> all_kinds() {
  std::vector<experiment::TaskKind> kinds;
  kinds.push_back(http::http_kind());
  kinds.push_back(metrics::metrics_kind());
  kinds.push_back(with_conclusion_role(assess::assess_kind()));
  kinds.push_back(with_conclusion_role(notify::notify_kind()));
  kinds.push_back(with_conclusion_role(webhook::webhook_kind()));
  kinds.push_back(with_conclusion_role(pull_request::pull_request_kind()));
  kinds.push_back(with_conclusion_role(workflow::workflow_kind()));
  kinds.push_back(with_conclusion_role(repository_dispatch::repository_dispatch_kind()));
  kinds.push_back(with_conclusion_role(comment::comment_kind()));
  kinds.push_back(with_conclusion_role(commit_status::commit_status_kind()));
  kinds.push_back(with_conclusion_role(deployment::deployment_kind()));
  return kinds;
}

}  // namespace

const experiment::Catalog& catalog() {
  static const experiment::Catalog all = {
      .kinds = all_kinds(), .script = run::run_kind(), .family = plugin::find_plugin};
  return all;
}

}  // namespace iter8::tasks
