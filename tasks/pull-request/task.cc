#include "tasks/pull-request/task.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/host_policy.h"
#include "base/markdown.h"
#include "base/text.h"
#include "experiment/result/result.h"
#include "forge/git_contents.h"
#include "summary/decision.h"
#include "summary/winner.h"
#include "tasks/evidence/data.h"
#include "tasks/evidence/evidence.h"
#include "tasks/pull-request/edits.h"
#include "tasks/pull-request/plan.h"

namespace iter8::tasks::pull_request {

namespace {

using experiment::BuildContext;
using experiment::Context;

std::unique_ptr<experiment::Task> build(const config::Node& with, BuildContext& context) {
  const std::size_t before = context.problems.all().size();
  PullRequestOptions options;
  if (!fields_of(&options).read(with, context.problems, options)) return nullptr;
  for (const LocatedTemplate* text : templates_of(options))
    check_template(text->value, text->position, context.versions, context.problems);
  check_edits(options.edits, context.directory, context.problems);
  if (is_key(options.ssh.key)) context.secrets.add(options.ssh.key);
  context.secrets.add(options.ssh.passphrase);
  forge::Account account;
  try {
    account = account_of(options.forge, context.environment, context.secrets, context.directory);
  } catch (const base::Error& error) {
    context.problems.error(context.position, error.what());
    return nullptr;
  }
  check_places(options, account, context);
  if (context.problems.has_errors_since(before)) return nullptr;
  return std::make_unique<PullRequestTask>(std::move(options), std::move(account), context.environment,
                                           context.directory);
}

}  // namespace

experiment::Outcome PullRequestTask::run(const Context& context) {
  return with_soft_failure(options_.forge, context, [&] { return promote_all(context); });
}

experiment::Outcome PullRequestTask::promote_all(const Context& context) const {
  const config::Value data = template_data(context);
  forge::Client client = client_of(options_.forge, context);
  std::vector<std::string> sentences;
  for (const RepositoryEdits& group :
       by_repository(options_, data, forge::own_repository(context.environment))) {
    sentences.push_back(group.repository + ": " + promote_one(group, data, client, context));
    context.log.info(sentences.back());
  }
  return {.message = base::join(sentences, "; ")};
}

std::string PullRequestTask::promote_one(const RepositoryEdits& group, const config::Value& data,
                                         forge::Client& client, const Context& context) const {
  const PromotionWords words = {
      .evidence = evidence(context),
      .headline =
          base::without_links(context.secrets.mask(base::printable(summary::headline(context.result), 500))),
      .verdict = std::string(to_text(experiment::current_verdict(context.result))) + " " +
                 summary::winner_name(context.result)};
  const Promotion promotion = promotion_of(options_, group.edits, data, words, context.directory);
  const OpenContents open = [&]() -> std::unique_ptr<forge::Contents> {
    if (options_.via == Via::api) return forge::api_contents(client, group.repository);
    git::Remote remote =
        remote_of(options_, client.account(), group.repository, context.environment, data, context.directory);
    context.secrets.add(remote.key);
    remote.hosts = base::HostPolicy::of(context.environment);
    return std::make_unique<forge::GitContents>(std::move(remote),
                                                std::vector<std::string>{promotion.base, promotion.branch},
                                                git::TransferLimits{.stop = context.stop});
  };
  const auto requests = forge::pull_requests(client, group.repository);
  return promote(promotion, open, *requests, client.context()).sentence();
}

std::vector<std::string> PullRequestTask::plan(const std::vector<experiment::Version>& versions) const {
  return plan_of(options_, account_, environment_, directory_, versions, experiment());
}

experiment::TaskKind pull_request_kind() {
  return {.name = "pull-request",
          .summary = "Edits files in a repository and opens or updates one pull or merge request",
          .options = config::fields_of<PullRequestOptions>().schema(),
          .build = build};
}

}  // namespace iter8::tasks::pull_request
