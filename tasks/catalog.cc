#include "tasks/catalog.h"

#include "tasks/assess/task.h"
#include "tasks/comment/task.h"
#include "tasks/commit-status/task.h"
#include "tasks/deployment/task.h"
#include "tasks/http/task.h"
#include "tasks/metrics/build.h"
#include "tasks/notify/task.h"
#include "tasks/plugin/task.h"
#include "tasks/pull-request/task.h"
#include "tasks/repository-dispatch/task.h"
#include "tasks/run/task.h"
#include "tasks/webhook/task.h"
#include "tasks/workflow/task.h"

namespace iter8::tasks {

namespace {

experiment::TaskKind concluding(experiment::TaskKind kind) {
  kind.role = experiment::Role::concludes;
  return kind;
}

}  // namespace

const experiment::Catalog& catalog() {
  static const experiment::Catalog all = {
      .kinds = {http_kind(), metrics_kind(), concluding(assess_kind()), concluding(notify_kind()),
                concluding(webhook_kind()), concluding(pull_request_kind()), concluding(workflow_kind()),
                concluding(repository_dispatch_kind()), concluding(comment_kind()),
                concluding(commit_status_kind()), concluding(deployment_kind())},
      .script = run_kind(),
      .family = find_plugin,
  };
  return all;
}

}  // namespace iter8::tasks
