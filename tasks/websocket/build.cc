#include <array>
#include <string_view>

#include "base/error.h"
#include "tasks/load/endpoints.h"
#include "tasks/load/load_checks.h"
#include "tasks/websocket/targets.h"
#include "tasks/websocket/task.h"

namespace iter8::tasks::websocket {

namespace {

using config::Node;
using config::Position;
using experiment::BuildContext;

/// Options whose values are templates, and may hold placeholders.
constexpr std::array<std::string_view, 4> kTemplateKeys = {"url", "path", "headers", "message"};

void hide_user_info(const net::Url& url, base::Secrets& secrets) {
  if (url.user_info.empty()) return;
  secrets.add(url.user_info);
  const std::size_t colon = url.user_info.find(':');
  if (colon != std::string::npos) secrets.add(std::string_view(url.user_info).substr(colon + 1));
}

/// The targets of the versions that are loaded, after reporting what is wrong with them.
std::vector<load::Target> check_targets(const WebSocketLoad& load, Position position, BuildContext& context) {
  const std::vector<experiment::Version> versions = experiment::versions_or_numbered(context.versions, 0);
  const std::size_t before = context.problems.all().size();
  std::vector<load::Target> targets;
  for (std::size_t version = 0; version < versions.size(); ++version) {
    Position current_position = position;
    try {
      const auto target = target_of(load.options,
                                    {.versions = versions,
                                     .directory = context.directory,
                                     .rows = load.rows_or_null(),
                                     .current_position = &current_position},
                                    version);
      if (!target) continue;
      hide_user_info(target->url, context.secrets);
      if (load.options.match) current_position = load.options.match->position;
      check_match(*target);
      targets.push_back(*target);
    } catch (const base::Error& error) {
      context.problems.error(current_position, error.what());
    }
  }
  if (targets.empty() && !context.problems.has_errors_since(before))
    context.problems.error(position, "no version is loaded; expected a url");
  return targets;
}

void check_load(WebSocketLoad& load, const Node& node, BuildContext& context) {
  const Position position = node.position.line > 0 ? node.position : context.position;
  const std::size_t before = context.problems.all().size();
  check_trace(load.options.load.pace, context.directory, context.problems);
  const Node* tls = node.find("tls");
  check_tls_files(load.options.tls, tls ? tls->position : position, context);
  read_shard(load.options.load, context);
  if (load.options.rows) load.rows = read_rows(*load.options.rows, context);
  if (context.problems.has_errors_since(before)) return;
  load::Plan plan = plan_of(load.options);
  plan.targets = check_targets(load, position, context);
  if (!context.problems.has_errors_since(before))
    check_ceilings(load.options.load, std::move(plan), node, context);
}

}  // namespace

std::unique_ptr<experiment::Task> build_websocket(const Node& written, BuildContext& context) {
  const Node with = escape_placeholders(written, kTemplateKeys);
  const std::size_t before = context.problems.all().size();
  WebSocketLoad load;
  if (!fields_of(&load.options).read(with, context.problems, load.options)) return nullptr;

  std::vector<WebSocketLoad> loads = loads_of(
      std::move(load), "websocket", with, context,
      [&context](const WebSocketOptions& options, const Node& endpoint, WebSocketLoad& own) {
        return read_endpoint(options, endpoint, context.problems, own.options) ? &endpoint : nullptr;
      },
      [&context](WebSocketLoad& own, const Node& node) { check_load(own, node, context); });
  if (context.problems.has_errors_since(before)) return nullptr;
  return std::make_unique<WebSocketTask>(std::move(loads));
}

}  // namespace iter8::tasks::websocket
