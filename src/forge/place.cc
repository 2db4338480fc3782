#include "forge/place.h"

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "base/number.h"
#include "base/text.h"
#include "forge/client.h"
#include "web/foreign_json.h"

namespace iter8::forge {

namespace {

constexpr std::size_t kEventLimit = 32 * 1024 * 1024;

/// The value below these keys, or null.
Json below(const Json& value, const std::vector<std::string>& keys) {
  const Json* at = &value;
  for (const std::string& key : keys) {
    if (at->is_array() && key == "0") {
      if (at->empty()) return nullptr;
      at = &at->front();
      continue;
    }
    if (!at->is_object() || !at->contains(key)) return nullptr;
    at = &(*at)[key];
  }
  return *at;
}

std::optional<std::int64_t> first_number(const Json& event,
                                         const std::vector<std::vector<std::string>>& places) {
  for (const auto& place : places)
    if (const Json found = below(event, place); found.is_number_integer()) return found.get<std::int64_t>();
  return std::nullopt;
}

std::string first_text(const Json& event, const std::vector<std::vector<std::string>>& places) {
  for (const auto& place : places)
    if (const Json found = below(event, place); found.is_string()) return found.get<std::string>();
  return {};
}

Origin github_origin(const base::Environment& environment) {
  Origin origin;
  if (environment.has("GITHUB_EVENT_PATH")) {
    try {
      const std::string text = base::read_file(*environment.get("GITHUB_EVENT_PATH"), kEventLimit);
      origin = origin_of_event(web::parse_foreign_ordered_json(text));
    } catch (
        const base::Error&) {  // a container that was not given the file: the variables say enough for most
      origin = {};
    }
  }
  if (origin.commit.empty()) origin.commit = environment.get("GITHUB_SHA").value_or("");
  return origin;
}

Origin gitlab_origin(const base::Environment& environment) {
  Origin origin;
  if (const auto number = base::parse_integer(environment.get("CI_MERGE_REQUEST_IID").value_or("")))
    origin.pull_request = *number;
  const char* head = "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA";  // empty but in pipelines of merged results
  origin.commit =
      environment.has(head) ? *environment.get(head) : environment.get("CI_COMMIT_SHA").value_or("");
  return origin;
}

}  // namespace

std::string repository_path(Vendor vendor, const std::string& repository) {
  const std::vector<std::string> parts = base::split(repository, '/');
  const bool is_whole = std::ranges::none_of(parts, [](const std::string& part) {
    return part.empty() || part == "." || part == ".." || base::trim(part) != part;
  });
  if (vendor == Vendor::gitlab) {
    if (!is_whole || (parts.size() < 2 && !base::parse_integer(repository)))
      throw base::Error("repository '" + base::printable(repository) +
                        "': expected group/project or a project's number");
    return path_of({"projects", repository});
  }
  if (!is_whole || parts.size() != 2)
    throw base::Error("repository '" + base::printable(repository) + "': expected owner/name");
  return path_of({"repos", parts[0], parts[1]});
}

Origin origin_of(const base::Environment& environment) {
  return environment.has("GITLAB_CI") ? gitlab_origin(environment) : github_origin(environment);
}

Origin origin_of_event(const nlohmann::ordered_json& event) {
  Origin origin;
  origin.pull_request =
      first_number(event, {{"pull_request", "number"}, {"workflow_run", "pull_requests", "0", "number"}});
  // An issue is a pull request when it says so; its comments are events of issues.
  if (!origin.pull_request && below(event, {"issue", "pull_request"}).is_object())
    origin.pull_request = first_number(event, {{"issue", "number"}});
  origin.commit = first_text(event, {{"pull_request", "head", "sha"}, {"workflow_run", "head_sha"}});
  return origin;
}

}  // namespace iter8::forge
