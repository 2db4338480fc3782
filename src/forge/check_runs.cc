#include "forge/check_runs.h"

#include <algorithm>
#include <span>

#include "base/encoding.h"
#include "base/text.h"
#include "forge/place.h"
#include "forge/reading.h"

namespace iter8::forge {

namespace {

constexpr std::size_t kSummaryLimit = 65535;
constexpr std::size_t kMessageLimit = 4000;  // 64 KB are allowed; nobody reads that beside a line
constexpr std::size_t kTitleLimit = 250;
constexpr const char* kChecksWrite =
    "checks: write (of a GitHub App, as GITHUB_TOKEN is; personal tokens cannot)";

std::string cut(const std::string& text, std::size_t limit) {
  if (text.size() <= limit) return text;
  const std::size_t newline = text.rfind('\n', limit - 4);
  return text.substr(0, newline == std::string::npos ? 0 : newline) + "\n…";
}

Json annotation_document(const Annotation& annotation) {
  const int line = std::max(annotation.line, 1);
  return {{"path", annotation.path},
          {"start_line", line},
          {"end_line", line},
          {"annotation_level", annotation.is_failure ? "failure" : "warning"},
          {"title", base::printable(annotation.title, kTitleLimit)},
          {"message", base::printable(annotation.message, kMessageLimit)}};
}

Json output_of(const CheckRun& run, std::span<const Annotation> annotations) {
  Json output{{"title", base::printable(run.title, kTitleLimit)},
              {"summary", cut(run.summary, kSummaryLimit)}};
  Json& list = output["annotations"] = Json::array();
  for (const Annotation& annotation : annotations) list.push_back(annotation_document(annotation));
  return output;
}

std::span<const Annotation> part(const CheckRun& run, std::size_t first) {
  const std::span<const Annotation> all(run.annotations);
  const std::size_t begin = std::min(first, all.size());
  return all.subspan(begin, std::min(kAnnotationsOfCall, all.size() - begin));
}

Json state_of(const CheckRun& run) {
  Json body{{"name", run.name}, {"external_id", run.external_id}};
  if (!run.url.empty()) body["details_url"] = run.url;
  body["status"] = run.conclusion.empty() ? "in_progress" : "completed";
  if (!run.conclusion.empty()) body["conclusion"] = run.conclusion;
  return body;
}

std::string place_of(const CheckRun& run) {
  return repository_path(Vendor::github, run.repository);
}

Call update_of(const CheckRun& run, const std::string& id, std::size_t first) {
  Json body = state_of(run);
  body["output"] = output_of(run, part(run, first));
  return {.method = "PATCH",
          .path = place_of(run) + "/check-runs/" + id,
          .body = std::move(body),
          .purpose = "update the check run",
          .permission = kChecksWrite};
}

/// The id of the one that an earlier run made, or an empty text.
std::string present_id(Client& client, const CheckRun& run) {
  const Response response =
      client.send({.path = place_of(run) + "/commits/" + base::percent_encoded(run.commit) + "/check-runs",
                   .query = {{"check_name", run.name}, {"filter", "latest"}, {"per_page", "100"}},
                   .purpose = "read the check runs of the commit",
                   .permission = "checks: read"});
  if (!response.body.is_object() || !response.body.contains("check_runs")) return {};
  for (const Json& one : response.body["check_runs"])
    if (one.is_object() && one.value("external_id", Json()) == run.external_id &&
        one.value("name", Json()) == run.name)
      return id_at(one);
  return {};
}

}  // namespace

Call check_run_creation(const CheckRun& run) {
  Json body = state_of(run);
  body["head_sha"] = run.commit;
  body["output"] = output_of(run, part(run, 0));
  return {.method = "POST",
          .path = place_of(run) + "/check-runs",
          .body = std::move(body),
          .purpose = "create the check run",
          .permission = kChecksWrite};
}

WrittenCheckRun write_check_run(Client& client, const CheckRun& run) {
  std::string id = present_id(client, run);
  const bool is_new = id.empty();
  const Response response = client.send(is_new ? check_run_creation(run) : update_of(run, id, 0));
  if (is_new) id = id_at(response.body);
  for (std::size_t first = kAnnotationsOfCall; first < run.annotations.size(); first += kAnnotationsOfCall)
    client.send(update_of(run, id, first));
  return {.created = is_new, .url = text_at(response.body, "html_url")};
}

}  // namespace iter8::forge
