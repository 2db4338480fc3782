#include "entrypoint/ci/authorship.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/origin.h"
#include "base/secrets.h"
#include "base/text.h"
#include "web/foreign_json.h"

namespace iter8::ci {
namespace {

using experiment::Trust;
using Json = nlohmann::json;

constexpr std::size_t kEventLimit = 64 * 1024 * 1024;

/// What tells of the job, holds nothing secret, and is needed by reports, forges and libraries.
constexpr std::array<std::string_view, 61> kKept = {"PATH",
                                                    "TMPDIR",
                                                    "LANG",
                                                    "LC_ALL",
                                                    "LC_CTYPE",
                                                    "TZ",
                                                    "TERM",
                                                    "COLUMNS",
                                                    "NO_COLOR",
                                                    "CI",
                                                    "SSL_CERT_FILE",
                                                    "SSL_CERT_DIR",
                                                    "HTTP_PROXY",
                                                    "HTTPS_PROXY",
                                                    "NO_PROXY",
                                                    "ALL_PROXY",
                                                    "http_proxy",
                                                    "https_proxy",
                                                    "no_proxy",
                                                    "all_proxy",
                                                    "GITHUB_ACTIONS",
                                                    "GITHUB_API_URL",
                                                    "GITHUB_SERVER_URL",
                                                    "GITHUB_REPOSITORY",
                                                    "GITHUB_SHA",
                                                    "GITHUB_REF",
                                                    "GITHUB_REF_NAME",
                                                    "GITHUB_HEAD_REF",
                                                    "GITHUB_BASE_REF",
                                                    "GITHUB_EVENT_NAME",
                                                    "GITHUB_EVENT_PATH",
                                                    "GITHUB_RUN_ID",
                                                    "GITHUB_RUN_NUMBER",
                                                    "GITHUB_RUN_ATTEMPT",
                                                    "GITHUB_WORKFLOW",
                                                    "GITHUB_JOB",
                                                    "GITHUB_ACTOR",
                                                    "GITHUB_WORKSPACE",
                                                    "GITHUB_STEP_SUMMARY",
                                                    "RUNNER_OS",
                                                    "GITLAB_CI",
                                                    "CI_SERVER_URL",
                                                    "CI_API_V4_URL",
                                                    "CI_PROJECT_ID",
                                                    "CI_PROJECT_PATH",
                                                    "CI_PROJECT_URL",
                                                    "CI_PROJECT_DIR",
                                                    "CI_COMMIT_SHA",
                                                    "CI_COMMIT_SHORT_SHA",
                                                    "CI_COMMIT_REF_NAME",
                                                    "CI_COMMIT_REF_SLUG",
                                                    "CI_COMMIT_BRANCH",
                                                    "CI_DEFAULT_BRANCH",
                                                    "CI_MERGE_REQUEST_IID",
                                                    "CI_MERGE_REQUEST_PROJECT_ID",
                                                    "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA",
                                                    "CI_PIPELINE_ID",
                                                    "CI_PIPELINE_URL",
                                                    "CI_JOB_ID",
                                                    "CI_JOB_URL",
                                                    "CI_JOB_NAME"};

/// The limits of a load that is not trusted, where the pipeline sets none.
constexpr std::array<std::pair<const char*, const char*>, 4> kUsualCeilings = {
    {{"ITER8_MAX_QPS", "100"},
     {"ITER8_MAX_REQUESTS", "100000"},
     {"ITER8_MAX_CONNECTIONS", "100"},
     {"ITER8_MAX_DURATION", "10m"}}};

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (const std::string& part : base::split(base::replace_all(std::string(text), ",", " "), ' '))
    if (const auto word = base::trim(part); !word.empty()) words.emplace_back(word);
  return words;
}

/// A member of nested objects; null where one of them is missing or another kind.
Json at(const Json& object, std::string_view path) {
  Json value = object;
  for (const std::string& key : base::split(path, '.')) {
    if (!value.is_object() || !value.contains(key)) return nullptr;
    value = Json(value[key]);
  }
  return value;
}

/// Whether the head of the event's pull request or run is in another repository, which may have been deleted
/// since.
bool is_foreign(const Json& event, const std::string& head, std::string& whose) {
  const Json home = at(event, "repository.id");
  const Json id = at(event, head + ".id");
  const Json name = at(event, head + ".full_name");
  whose = name.is_string() ? base::printable(name.get<std::string>(), 100) : "that is unknown";
  return home.is_null() || id != home;
}

Authorship on_github(const base::Environment& environment) {
  const std::string name = environment.get("GITHUB_EVENT_NAME").value_or("");
  const bool has_secrets = name == "pull_request_target" || name == "workflow_run";
  if (!has_secrets && name != "pull_request") return {};
  Json event = nullptr;
  try {
    event = web::parse_foreign_json(
        base::read_file(environment.get("GITHUB_EVENT_PATH").value_or(""), kEventLimit));
  } catch (const base::Error&) {
    event = nullptr;  // judged below: without a repository nobody is at home
  }
  std::string whose;
  if (!is_foreign(event, name == "workflow_run" ? "workflow_run.head_repository" : "pull_request.head.repo",
                  whose))
    return {};
  return {.trust = has_secrets ? Trust::none : Trust::no_promotion,
          .reason = "the fork " + whose + " (" + name + ")"};
}

/// A pipeline in the parent project has that project's variables; one in the fork has the fork's own.
Authorship on_gitlab(const base::Environment& environment) {
  const std::string source = environment.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID").value_or("");
  const std::string here = environment.get("CI_PROJECT_ID").value_or("");
  if (source.empty() || source == here) return {};
  const std::string path =
      environment.get("CI_MERGE_REQUEST_SOURCE_PROJECT_PATH").value_or("that is unknown");
  return {.trust = Trust::none, .reason = "the fork " + base::printable(path, 100) + " (merge request)"};
}

/// "host:port, " of a URL, or nothing.
std::string host_of(const std::string& text) {
  const auto place = base::origin_of(base::trim(text));
  return place ? place->host + ":" + std::to_string(place->port) + "," : "";
}

bool is_kept(const std::string& name, const std::vector<std::string>& references) {
  if (std::ranges::find(references, name) != references.end()) return true;
  if (std::ranges::find(kKept, name) != kKept.end()) return true;
  const bool is_ours = name.starts_with("ITER8_") || name.starts_with("INPUT_");
  return is_ours && !base::names_secret(name);
}

}  // namespace

Authorship authorship_of(const base::Environment& environment) {
  if (environment.get("GITHUB_ACTIONS") == "true") return on_github(environment);
  if (environment.get("GITLAB_CI") == "true") return on_gitlab(environment);
  return {};
}

std::vector<std::string> allowed_references(const base::Environment& environment) {
  return words_of(base::replace_all(environment.get("ITER8_ALLOW_REFERENCES").value_or(""), "\n", " "));
}

base::Environment restricted(const base::Environment& environment, const std::vector<std::string>& references,
                             const std::vector<std::string>& given) {
  base::Environment result;
  for (const std::string& name : environment.names())
    if (is_kept(name, references)) result.set(name, *environment.get(name));
  for (const auto& [name, ceiling] : kUsualCeilings)
    if (!result.has(name)) result.set(name, ceiling);
  if (result.get("ITER8_ALLOW_HOSTS")) return result;

  std::string hosts;
  for (const std::string& text : given) hosts += host_of(text.substr(text.find('=') + 1));
  for (const std::string& name : references) hosts += host_of(environment.get(name).value_or(""));
  result.set("ITER8_ALLOW_HOSTS", hosts);
  return result;
}

void restrict_process(const base::Environment& kept) {
  for (const std::string& name : base::Environment::of_process().names())
    if (!kept.get(name)) ::unsetenv(name.c_str());
}

}  // namespace iter8::ci
