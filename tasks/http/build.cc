#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "base/error.h"
#include "tasks/http/payload.h"
#include "tasks/http/targets.h"
#include "tasks/http/task.h"
#include "tasks/load/endpoints.h"
#include "tasks/load/load_checks.h"

namespace iter8::tasks::http {

namespace {

using config::Node;
using config::Position;
using experiment::BuildContext;
using experiment::Version;

/// Options whose values are templates, and may hold placeholders.
constexpr std::array<std::string_view, 3> kPlaceKeys = {"url", "path", "headers"};

void hide_user_info(const std::string& user_info, base::Secrets& secrets) {
  if (user_info.empty()) return;
  secrets.add(user_info);
  const std::size_t colon = user_info.find(':');
  if (colon != std::string::npos) secrets.add(std::string_view(user_info).substr(colon + 1));
}

void hide_auth(const AuthOptions& auth, base::Secrets& secrets) {
  if (auth.basic) secrets.add(auth.basic->password);
  if (auth.bearer) secrets.add(*auth.bearer);
  if (const auto header = auth_header(auth)) secrets.add(header->second.substr(header->second.find(' ') + 1));
}

void hide_credentials(const load::Target& target, base::Secrets& secrets) {
  if (target.route.proxy) hide_user_info(target.route.proxy->user_info, secrets);
  hide_user_info(target.url.user_info, secrets);
}

bool is_same_request(const load::Target& one, const load::Target& other) {
  return one.url == other.url && one.headers == other.headers;
}

/// The targets of the versions that are loaded, after reporting what is wrong with them.
std::vector<load::Target> check_targets(const HttpLoad& load, const Node& node, BuildContext& context) {
  const Position position = node.position.line > 0 ? node.position : context.position;
  const HttpOptions& options = load.options;
  const std::vector<Version> versions =
      experiment::versions_or_numbered(context.versions, options.version_info.size());
  if (!options.version_info.empty() && options.version_info.size() != versions.size()) {
    context.problems.error(position, fmt::format("versionInfo names {} versions, the experiment has {}",
                                                 options.version_info.size(), versions.size()));
    return {};
  }
  const std::size_t before = context.problems.all().size();
  std::vector<load::Target> targets;
  for (std::size_t version = 0; version < versions.size(); ++version) {
    Position current_position = position;
    try {
      const TargetContext target_context{.versions = versions,
                                         .directory = context.directory,
                                         .rows = load.rows_or_null(),
                                         .current_position = &current_position};
      const auto target = target_of(options, target_context, version);
      if (!target) continue;
      hide_credentials(*target, context.secrets);
      targets.push_back(*target);
    } catch (const base::Error& error) {
      context.problems.error(current_position, error.what());
    }
  }
  if (context.problems.has_errors_since(before)) return {};
  if (targets.empty()) context.problems.error(position, "no version is loaded; expected a url");
  for (std::size_t i = 1; i < targets.size(); ++i) {
    if (!is_same_request(targets[i], targets[0])) continue;
    const char* advice = options.url ? "a template such as {{ .version.url }} sends each to its own URL"
                                     : "their URLs are the same";
    context.problems.warning(
        options.url ? options.url->position : position,
        fmt::format("several versions get the very same requests, so that only chance makes them differ: {}",
                    advice));
    break;
  }
  return targets;
}

void check_load(HttpLoad& load, const Node& node, BuildContext& context) {
  const Position position = node.position.line > 0 ? node.position : context.position;
  const std::size_t first = context.problems.all().size();
  check_payload(load.options, context);
  check_trace(load.options.load.pace, context.directory, context.problems);
  const Node* tls = node.find("tls");
  check_tls_files(load.options.tls, tls ? tls->position : position, context);
  const std::size_t before = context.problems.all().size();
  read_shard(load.options.load, context);
  if (load.options.rows) load.rows = read_rows(*load.options.rows, context);
  if (load.options.auth) hide_auth(*load.options.auth, context.secrets);
  if (context.problems.has_errors_since(before)) return;
  std::vector<load::Target> targets = check_targets(load, node, context);
  if (!context.problems.has_errors_since(first))
    check_ceilings(load.options.load, plan_of(load.options, std::move(targets)), node, context);
}

}  // namespace

std::unique_ptr<experiment::Task> build_http(const Node& written, BuildContext& context) {
  const Node with = escape_placeholders(written, kPlaceKeys);
  const std::size_t before = context.problems.all().size();
  HttpLoad load;
  if (!fields_of(&load.options).read(with, context.problems, load.options)) return nullptr;

  std::vector<HttpLoad> loads = loads_of(
      std::move(load), "http", with, context,
      [&context](const HttpOptions& options, const Node& endpoint, HttpLoad& own) {
        return read_endpoint(options, endpoint, context.problems, own.options) ? &endpoint : nullptr;
      },
      [&context](HttpLoad& own, const Node& node) { check_load(own, node, context); });
  if (context.problems.has_errors_since(before)) return nullptr;
  return std::make_unique<HttpTask>(std::move(loads));
}

}  // namespace iter8::tasks::http
