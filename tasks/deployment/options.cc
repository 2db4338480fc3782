#include "tasks/deployment/options.h"

namespace iter8::tasks::deployment {

const config::Fields<DeploymentOptions>& fields_of(const DeploymentOptions*) {
  static const auto fields =
      config::Fields<DeploymentOptions>{}
          .required("environment", &DeploymentOptions::environment,
                    "Name of the environment that is deployed to", config::not_empty())
          .optional("repository", &DeploymentOptions::repository, "Repository, owner/name")
          .shown_default("the repository of the CI job")
          .optional("ref", &DeploymentOptions::ref, "Commit, branch or tag that is deployed")
          .shown_default("the pull request's head, or the commit of the CI job")
          .optional("key", &DeploymentOptions::key,
                    "What finds the deployment again, with ref and environment")
          .shown_default("the experiment's name")
          .optional("state", &DeploymentOptions::state, "The state to set, whatever the outcome")
          .shown_default("success or failure, from the outcome")
          .optional("inconclusive", &DeploymentOptions::inconclusive, "The state of an inconclusive outcome")
          .optional("description", &DeploymentOptions::description, "One line; a template")
          .shown_default("verdict, version and the metric that decided")
          .optional("environmentURL", &DeploymentOptions::environment_url,
                    "Where the environment is; a template")
          .optional("production", &DeploymentOptions::production, "Whether users are served there")
          .optional("transient", &DeploymentOptions::transient,
                    "Whether the environment will be gone at some time")
          .part(&DeploymentOptions::forge, config::fields_of<ForgeOptions>());
  return fields;
}

}  // namespace iter8::tasks::deployment
