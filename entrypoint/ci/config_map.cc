#include "entrypoint/ci/config_map.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "experiment/result/result_document.h"
#include "report/outputs.h"
#include "report/report.h"
#include "summary/remarks.h"
#include "web/client.h"

namespace iter8::ci {
namespace {

constexpr std::size_t kLongestResult = 700 * 1024;
constexpr std::size_t kLongestReport = 200 * 1024;
constexpr std::size_t kLongestConfigMapSummary = 1000;

std::string file_of(const std::filesystem::path& folder, const char* name) {
  return std::string(base::trim(base::read_file(folder / name, 64 * 1024)));
}

}  // namespace

ClusterAccess ClusterAccess::of(const base::Environment& environment) {
  std::string host = environment.get("KUBERNETES_SERVICE_HOST").value_or("");
  if (host.find(':') != std::string::npos) host = "[" + host + "]";  // IPv6
  const std::string port = environment.get("KUBERNETES_SERVICE_PORT").value_or("443");
  const std::string folder =
      environment.get("ITER8_SERVICE_ACCOUNT").value_or("/var/run/secrets/kubernetes.io/serviceaccount");
  return {.url = "https://" + host + ":" + port, .folder = folder};
}

std::string config_map_document(const std::string& name, const experiment::Result& result) {
  using experiment::Json;
  Json data = Json::object();
  for (const auto& [output, value] : report::outputs_of(result)) data[output] = value;
  data["summary"] = base::printable(summary::summary_sentence(result), kLongestConfigMapSummary);
  std::string note;
  const auto add = [&](const char* key, std::string content, std::size_t limit) {
    if (content.size() <= limit)
      data[key] = std::move(content);
    else
      note += fmt::format("{} is left out: {} bytes, room for {}. ", key, content.size(), limit);
  };
  add("report.md", report::find_format("markdown").render(result), kLongestReport);
  if (result.file_problems.empty())
    add("result.yaml", experiment::to_yaml(experiment::to_document(result)), kLongestResult);
  if (!note.empty()) data["note"] = std::string(base::trim(note));
  const Json document{{"apiVersion", "v1"},
                      {"kind", "ConfigMap"},
                      {"metadata", {{"name", name}, {"labels", {{"app.kubernetes.io/managed-by", "iter8"}}}}},
                      {"data", std::move(data)}};
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void store_config_map(const ClusterAccess& cluster, const std::string& name,
                      const experiment::Result& result) {
  const std::string token = file_of(cluster.folder, "token");
  base::Secrets secrets;
  secrets.add(token);
  const web::Request request{
      .method = "PATCH",
      .url = fmt::format("{}/api/v1/namespaces/{}/configmaps/{}?fieldManager=iter8&force=true", cluster.url,
                         file_of(cluster.folder, "namespace"), name),
      .headers = {{"Authorization", "Bearer " + token}, {"Content-Type", "application/apply-patch+yaml"}},
      .body = config_map_document(name, result),
      .tls = {.ca = (cluster.folder / "ca.crt").string(), .cert = {}, .key = {}},
      .repeat = web::Repeat::always};
  base::SystemClock clock;
  web::Client client(secrets, clock);
  client.send_expecting_success(request, {});
}

}  // namespace iter8::ci
