#include "forge/deployments.h"

#include "base/encoding.h"
#include "base/error.h"
#include "base/text.h"
#include "forge/place.h"
#include "forge/reading.h"
#include "web/foreign_json.h"

namespace iter8::forge {

namespace {

constexpr std::size_t kDeploymentDescriptionLimit = 140;
constexpr const char* kDeploymentsWrite = "deployments: write";

std::string description_of(const Deployment& deployment) {
  constexpr std::size_t kEllipsis = 3;  // bytes, which printable() adds
  if (deployment.description.size() <= kDeploymentDescriptionLimit) return deployment.description;
  return base::printable(deployment.description, kDeploymentDescriptionLimit - kEllipsis);
}

std::string list_path(const Deployment& deployment) {
  return repository_path(Vendor::github, deployment.repository) + "/deployments";
}

/// GitHub gives the payload back as it got it, or as a text that holds it.
bool has_key(const Json& deployment, const std::string& key) {
  Json payload = deployment.is_object() ? deployment.value("payload", Json()) : Json();
  if (payload.is_string())
    payload = web::parse_foreign_ordered_json(payload.get<std::string>());  // or discarded
  return text_at(payload, "iter8") == key;
}

std::string present_id(Client& client, const Deployment& deployment) {
  const std::vector<Json> found =
      client.list({.path = list_path(deployment),
                   .query = {{"ref", deployment.ref}, {"environment", deployment.environment}},
                   .purpose = "read the deployments",
                   .permission = kDeploymentsWrite},
                  1000);
  for (const Json& one : found)
    if (has_key(one, deployment.key)) return id_at(one);
  return {};
}

bool is_latest(Client& client, const Deployment& deployment, const std::string& id) {
  const Response response = client.send({.path = list_path(deployment) + "/" + id + "/statuses",
                                         .query = {{"per_page", "1"}},
                                         .purpose = "read the statuses of the deployment",
                                         .permission = kDeploymentsWrite});
  if (!response.body.is_array() || response.body.empty()) return false;
  const Json& latest = response.body.front();
  return text_at(latest, "state") == deployment.state &&
         text_at(latest, "description") == description_of(deployment);
}

}  // namespace

Call deployment_creation(const Deployment& deployment) {
  return {.method = "POST",
          .path = list_path(deployment),
          .body = Json{{"ref", deployment.ref},
                       {"environment", deployment.environment},
                       {"description", description_of(deployment)},
                       {"auto_merge", false},
                       {"required_contexts", Json::array()},
                       {"payload", {{"iter8", deployment.key}}},
                       {"production_environment", deployment.is_production},
                       {"transient_environment", deployment.is_transient}},
          .purpose = "create the deployment",
          .permission = kDeploymentsWrite};
}

Call deployment_status(const Deployment& deployment, const std::string& id) {
  Json body{{"state", deployment.state}, {"description", description_of(deployment)}};
  if (!deployment.log_url.empty()) body["log_url"] = deployment.log_url;
  if (!deployment.environment_url.empty()) body["environment_url"] = deployment.environment_url;
  return {.method = "POST",
          .path = list_path(deployment) + "/" + base::percent_encoded(id) + "/statuses",
          .body = std::move(body),
          .purpose = "set the status of the deployment",
          .permission = kDeploymentsWrite};
}

WrittenDeployment write_deployment(Client& client, const Deployment& deployment) {
  WrittenDeployment written{.created = false, .changed = false, .id = present_id(client, deployment)};
  if (written.id.empty()) {
    written.id = id_at(client.send(deployment_creation(deployment)).body);
    written.created = true;
    if (written.id.empty()) throw base::Error("cannot create the deployment: the response has no id");
  } else if (is_latest(client, deployment, written.id)) {
    return written;
  }
  client.send(deployment_status(deployment, written.id));
  written.changed = true;
  return written;
}

}  // namespace iter8::forge
