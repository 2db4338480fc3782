#pragma once

#include <string>

#include "forge/client.h"

namespace iter8::forge {

/// A deployment of GitHub and its latest status.
struct Deployment {
  std::string repository;
  std::string ref;          // commit, branch or tag
  std::string environment;  // "production"
  std::string key;          // stands in the payload; finds the deployment again
  std::string description;  // one line; cut to 140 characters
  bool is_production = false;
  bool is_transient = false;  // the environment will be gone at some time

  std::string state;            // of the status: in_progress, success, failure, error, inactive, …
  std::string log_url;          // of the run; may be empty
  std::string environment_url;  // where the environment is; may be empty
};

struct WrittenDeployment {
  bool created = false;  // the deployment; else one of an earlier run was found
  bool changed = false;  // a status was added
  std::string id;
};

/// What creates the deployment: no checks are waited for, nothing is merged.
Call deployment_creation(const Deployment& deployment);

/// What adds its status.
Call deployment_status(const Deployment& deployment, const std::string& id);

/// Creates the deployment unless there is one with the same ref, environment and key, and adds the status
/// unless it is the latest already. Throws base::Error.
WrittenDeployment write_deployment(Client& client, const Deployment& deployment);

}  // namespace iter8::forge
