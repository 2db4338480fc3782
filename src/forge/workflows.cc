#include "forge/workflows.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/error.h"
#include "base/text.h"
#include "forge/place.h"
#include "forge/reading.h"

namespace iter8::forge {

namespace {

constexpr std::size_t kRunsLookedAt = 100;
constexpr std::chrono::minutes kClockDifference{1};  // that our clock may be ahead of the server's

std::string place_of(const Account& account, const std::string& repository) {
  return repository_path(account.vendor, repository);
}

Call github_start(const WorkflowStart& start, const std::string& place, RunDetails details) {
  Json body{{"ref", start.ref}};
  if (!start.inputs.empty()) {
    Json& inputs = body["inputs"] = Json::object();
    for (const auto& [name, value] : start.inputs) inputs[name] = value;
  }
  if (details == RunDetails::asked) body["return_run_details"] = true;
  return {.method = "POST",
          .path = place + "/actions/workflows/" + base::percent_encoded(start.workflow) + "/dispatches",
          .body = std::move(body),
          .purpose = "start the workflow",
          .permission = "actions: write"};
}

Call gitlab_start(const WorkflowStart& start, const std::string& place) {
  const bool by_trigger = !start.trigger_token.empty();
  Json body{{"ref", start.ref}};
  if (by_trigger) {
    body["token"] = start.trigger_token;
    Json& variables = body["variables"] = Json::object();
    for (const auto& [name, value] : start.inputs) variables[name] = value;
  } else {
    Json& variables = body["variables"] = Json::array();
    for (const auto& [name, value] : start.inputs) variables.push_back({{"key", name}, {"value", value}});
  }
  return {.method = "POST",
          .path = place + (by_trigger ? "/trigger/pipeline" : "/pipeline"),
          .body = std::move(body),
          .purpose = "start the pipeline",
          .permission = "scope api, or a trigger token"};
}

WorkflowRun github_run(const Json& run) {
  WorkflowRun result{.id = id_at(run), .url = text_at(run, "html_url"), .status = text_at(run, "status")};
  if (result.status == "completed") result.conclusion = text_at(run, "conclusion");
  if (result.status == "completed" && result.conclusion.empty()) result.conclusion = "unknown";
  return result;
}

WorkflowRun gitlab_run(const Json& pipeline) {
  constexpr std::array kEnds = {"success", "failed", "canceled", "skipped", "manual"};
  WorkflowRun result{
      .id = id_at(pipeline), .url = text_at(pipeline, "web_url"), .status = text_at(pipeline, "status")};
  if (std::ranges::find(kEnds, result.status) != kEnds.end()) result.conclusion = result.status;
  return result;
}

WorkflowRun run_of(Vendor vendor, const Json& object) {
  return vendor == Vendor::gitlab ? gitlab_run(object) : github_run(object);
}

/// Older servers refuse what they do not know.
bool refuses_details(const Response& response, const base::Secrets& secrets) {
  return response.status == 422 &&
         server_message(response, secrets).find("return_run_details") != std::string::npos;
}

/// Runs of this workflow that somebody started by hand or by the API, latest first. The server could leave
/// out older ones, but its `created` is not a date-time, which its own description demands.
std::vector<Json> started_runs(Client& client, const WorkflowStart& start) {
  const std::string place = place_of(client.account(), start.repository);
  const Response response =
      client.send({.path = place + "/actions/workflows/" + base::percent_encoded(start.workflow) + "/runs",
                   .query = {{"event", "workflow_dispatch"}, {"per_page", std::to_string(kRunsLookedAt)}},
                   .purpose = "find the run that was started",
                   .permission = "actions: read"});
  std::vector<Json> runs;
  if (response.body.is_object() && response.body.contains("workflow_runs") &&
      response.body["workflow_runs"].is_array())
    for (const Json& run : response.body["workflow_runs"]) runs.push_back(run);
  return runs;
}

bool is_new(const Json& run, base::WallTime since) {
  const auto created = base::parse_rfc3339(text_at(run, "created_at"));
  return !created || *created >= since - kClockDifference;
}

bool has_correlation(const Json& run, const std::string& correlation) {
  return text_at(run, "display_title").find(correlation) != std::string::npos ||
         text_at(run, "name").find(correlation) != std::string::npos;
}

std::optional<WorkflowRun> find_correlated(const std::vector<Json>& runs, const std::string& correlation) {
  const auto found =
      std::ranges::find_if(runs, [&](const Json& run) { return has_correlation(run, correlation); });
  return found == runs.end() ? std::nullopt : std::optional(github_run(*found));
}

/// Of the response to a start: GitHub's details, or the pipeline itself.
std::optional<WorkflowRun> started_run(Vendor vendor, const Response& response) {
  if (vendor == Vendor::gitlab) return gitlab_run(response.body);
  const std::string id = id_at(response.body, "workflow_run_id");
  if (id.empty()) return std::nullopt;
  return WorkflowRun{
      .id = id, .url = text_at(response.body, "html_url"), .status = "queued", .conclusion = {}};
}

}  // namespace

Call start_call(const Account& account, const WorkflowStart& start, RunDetails details) {
  const std::string place = place_of(account, start.repository);
  return account.vendor == Vendor::gitlab ? gitlab_start(start, place) : github_start(start, place, details);
}

std::optional<WorkflowRun> start_workflow(Client& client, const WorkflowStart& start) {
  const Vendor vendor = client.account().vendor;
  if (!start.correlation.empty() && vendor != Vendor::gitlab)
    if (auto run = find_correlated(started_runs(client, start), start.correlation)) return run;

  const RunDetails details = vendor == Vendor::github ? RunDetails::asked : RunDetails::not_asked;
  Call call = start_call(client.account(), start, details);
  if (vendor == Vendor::github) call.expected = {422};
  Response response = client.send(call);
  if (response.is_good()) return started_run(vendor, response);
  if (!refuses_details(response, client.context().secrets)) client.refuse(call, response);
  return started_run(vendor, client.send(start_call(client.account(), start, RunDetails::not_asked)));
}

std::optional<WorkflowRun> find_run(Client& client, const WorkflowStart& start, base::WallTime since) {
  const std::vector<Json> runs = started_runs(client, start);
  if (!start.correlation.empty()) return find_correlated(runs, start.correlation);
  std::vector<Json> candidates;
  for (const Json& run : runs)
    if (is_new(run, since) &&
        (text_at(run, "head_branch").empty() || text_at(run, "head_branch") == start.ref))
      candidates.push_back(run);
  if (candidates.size() > 1)
    throw base::Error(
        fmt::format("cannot tell which of {} runs of {} was started: name an input that its run-name shows, "
                    "with correlationInput",
                    candidates.size(), base::printable(start.workflow)));
  return candidates.empty() ? std::nullopt : std::optional(github_run(candidates.front()));
}

WorkflowRun look_at_run(Client& client, const std::string& repository, const std::string& id) {
  const Account& account = client.account();
  const bool is_gitlab = account.vendor == Vendor::gitlab;
  const Response response =
      client.send({.path = place_of(account, repository) + (is_gitlab ? "/pipelines/" : "/actions/runs/") +
                           base::percent_encoded(id),
                   .purpose = is_gitlab ? "read the pipeline" : "read the run of the workflow",
                   .permission = is_gitlab ? "scope read_api" : "actions: read"});
  WorkflowRun run = run_of(account.vendor, response.body);
  if (run.id.empty()) throw base::Error("cannot read the run: the response has no id");
  return run;
}

void cancel_run(Client& client, const std::string& repository, const std::string& id) {
  const Account& account = client.account();
  const bool is_gitlab = account.vendor == Vendor::gitlab;
  // 409: it is over already, or about to be.
  client.send({.method = "POST",
               .path = place_of(account, repository) + (is_gitlab ? "/pipelines/" : "/actions/runs/") +
                       base::percent_encoded(id) + "/cancel",
               .purpose = "cancel the run",
               .permission = is_gitlab ? "scope api" : "actions: write",
               .expected = {409}});
}

}  // namespace iter8::forge
