#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "load/request/request.h"
#include "tasks/grpc/legacy_options.h"
#include "tasks/grpc/messages.h"
#include "tasks/grpc/stream_check.h"
#include "tasks/grpc/targets.h"
#include "tasks/grpc/task.h"
#include "tasks/load/endpoints.h"
#include "tasks/load/load_checks.h"

namespace iter8::tasks::grpc {

namespace {

using config::Node;
using config::Position;
using experiment::BuildContext;
using experiment::Version;

/// Reads the options of a load; false after reporting problems.
using OptionsReader = bool (*)(const Node& with, config::Problems& problems, GrpcOptions& options);

Position position_of(const Node& node, const BuildContext& context) {
  return node.position.line > 0 ? node.position : context.position;
}

/// Reports files that do not exist. After a script that is a warning only: the script may be what makes them.
void check_files(const GrpcOptions& options, BuildContext& context) {
  const std::array<std::pair<const char*, const std::optional<config::Located<std::string>>*>, 5> files = {
      {{"proto", &options.proto},
       {"protoset", &options.protoset},
       {"dataFile", &options.data_file},
       {"binaryFile", &options.binary_file},
       {"metadataFile", &options.metadata_file}}};
  for (const auto& [name, file] : files) {
    if (!*file) continue;
    const auto path = context.directory / (*file)->value;
    std::error_code error;
    if (std::filesystem::is_regular_file(path, error)) continue;
    const std::string message = fmt::format("{} {} does not exist", name, base::printable(path.string()));
    if (context.after_script)
      context.problems.warning((*file)->position, message + " yet");
    else
      context.problems.error((*file)->position, message);
  }
}

bool exists(const std::optional<config::Located<std::string>>& file, const BuildContext& context) {
  std::error_code error;
  return !file || std::filesystem::is_regular_file(context.directory / file->value, error);
}

/// Where a problem with the messages is best reported.
Position messages_position(const GrpcOptions& options) {
  if (options.data) return options.data->position;
  if (options.data_file) return options.data_file->position;
  return options.binary_file ? options.binary_file->position : options.call.position;
}

/// Reports what of `stream` the call has no use for: in older files, where it was ignored, as a warning.
void check_stream(const GrpcLoad& load, const std::string& call, Streaming streaming, const Node& node,
                  BuildContext& context) {
  const auto needless = needless_field(load.options.stream, call, streaming);
  if (!needless || load.inherits_stream) return;
  const Node* stream = node.find("stream");
  const Node* field = stream != nullptr ? stream->find(needless->field) : node.find(needless->older_field);
  const Position position = field != nullptr ? field->position : position_of(node, context);
  if (load.options.is_older)
    context.problems.warning(position, needless->why);
  else
    context.problems.error(position, needless->why);
}

/// Of a call that files describe: the method and the messages.
void check_call(const GrpcLoad& load, const config::Located<std::string>& call, const Node& node,
                BuildContext& context) {
  const GrpcOptions& options = load.options;
  std::optional<DescribedCall> described;
  const auto& file = options.proto ? options.proto : options.protoset;
  Position position = file ? file->position : call.position;
  try {
    auto description = description_of_files(options, context.directory);
    position = call.position;
    described = describe_call(options, call.value, std::move(description));
  } catch (const base::Error& error) {
    context.problems.error(position, error.what());
    return;
  }
  if (!described) return;
  check_stream(load, call.value, described->streaming, node, context);
  try {
    call_of(options, *described, message_texts(options, context.directory), load.rows_or_null());
  } catch (const base::Error& error) {
    context.problems.error(messages_position(options), error.what());
  }
}

void check_calls(const GrpcLoad& load, const Node& node, BuildContext& context) {
  const GrpcOptions& options = load.options;
  if (options.urls.describe_or_hold_messages()) return;  // not fetched before the task runs
  const bool is_complete = exists(options.proto, context) && exists(options.protoset, context) &&
                           exists(options.data_file, context) && exists(options.binary_file, context);
  if (!is_complete) return;  // a script makes them
  bool is_named = options.version_info.empty();
  for (const auto& [own] : options.version_info) {
    if (own && own->call) check_call(load, *own->call, node, context);
    if (own && !own->call) is_named = true;
  }
  if (is_named) check_call(load, options.call, node, context);
}

/// The targets of the versions that are loaded, after reporting what is wrong with them.
std::vector<load::Target> check_targets(const GrpcLoad& load, const Node& node, BuildContext& context) {
  const Position position = position_of(node, context);
  std::vector<Version> versions = context.versions;
  const std::size_t named = load.options.version_info.size();
  for (std::size_t i = versions.size(); i < std::max<std::size_t>(1, named); ++i)
    versions.push_back({.name = std::to_string(i), .values = {}});
  std::vector<load::Target> targets;
  for (std::size_t version = 0; version < versions.size(); ++version) {
    Position current_position = position;
    try {
      const TargetContext targets_context{.versions = versions,
                                          .directory = context.directory,
                                          .rows = load.rows_or_null(),
                                          .current_position = &current_position};
      const auto target = server_of(load.options, targets_context, version);
      if (!target) continue;
      load::Target probe = *target;
      probe.grpc = load::GrpcCall{.client_streams = true};
      load::make_requests(probe, load::KeepAlive::on, 1);
      probe.headers = reflection_metadata(load.options, targets_context, version);
      load::make_requests(probe, load::KeepAlive::on, 1);
      targets.push_back(*target);
    } catch (const base::Error& error) {
      context.problems.error(current_position, error.what());
    }
  }
  return targets;
}

void check_load(GrpcLoad& load, const Node& node, BuildContext& context) {
  const std::size_t first = context.problems.all().size();
  check_files(load.options, context);
  check_trace(load.options.load.pace, context.directory, context.problems);
  if (load.options.tls) {
    const Node* tls = node.find("tls");
    check_tls_files(*load.options.tls, tls ? tls->position : position_of(node, context), context);
  }
  read_shard(load.options.load, context);
  if (load.options.rows) load.rows = read_rows(*load.options.rows, context);
  if (context.problems.has_errors_since(first)) return;
  check_calls(load, node, context);
  std::vector<load::Target> targets = check_targets(load, node, context);
  if (context.problems.has_errors_since(first)) return;
  if (targets.empty())
    context.problems.error(position_of(node, context), "no version is loaded; expected a host");
  load::Plan plan = plan_of(load.options);
  plan.targets = std::move(targets);
  if (!plan.targets.empty()) check_ceilings(load.options.load, std::move(plan), node, context);
}

/// The endpoint's options on top of the task's own; nothing after reporting problems.
std::optional<Node> read_endpoint(const Node& with, const Node& endpoint, OptionsReader read,
                                  BuildContext& context, GrpcLoad& load) {
  if (endpoint.kind != Node::Kind::map && endpoint.kind != Node::Kind::null) {
    config::expected(endpoint, context.problems, "a map");
    return std::nullopt;
  }
  Node merged = endpoint_with(with, endpoint);
  if (!read(merged, context.problems, load.options)) return std::nullopt;
  if (!load.options.endpoints.empty())
    context.problems.error(endpoint.position, "an endpoint cannot have endpoints of its own");
  load.inherits_stream = endpoint.find("stream") == nullptr;
  return merged;
}

/// The task of options that `read` reads.
std::unique_ptr<experiment::Task> build_loads(const Node& written, OptionsReader read,
                                              BuildContext& context) {
  const Node with = with_own_placeholders(written);
  const std::size_t before = context.problems.all().size();
  GrpcLoad load;
  if (!read(with, context.problems, load.options)) return nullptr;
  std::vector<GrpcLoad> loads = loads_of(
      std::move(load), "grpc", with, context,
      [&](const GrpcOptions&, const Node& endpoint, GrpcLoad& own) {
        return read_endpoint(with, endpoint, read, context, own);
      },
      [&context](GrpcLoad& own, const Node& node) { check_load(own, node, context); });
  if (context.problems.has_errors_since(before)) return nullptr;
  return std::make_unique<GrpcTask>(std::move(loads));
}

/// Files of v0.11 to v0.15 name the task as it is named today, but mean the options of ghz and its defaults.
bool is_spelled_as_older(const Node& with, const BuildContext& context) {
  const auto& current = fields_of(static_cast<const GrpcOptions*>(nullptr));
  const auto& older = fields_of(static_cast<const LegacyGrpcOptions*>(nullptr));
  return context.has_older_shape && std::ranges::none_of(with.entries, [&](const Node::Entry& entry) {
           return current.knows(entry.key) && !older.knows(entry.key);
         });
}

}  // namespace

std::unique_ptr<experiment::Task> build_grpc(const Node& with, BuildContext& context) {
  if (is_spelled_as_older(with, context)) return build_legacy_grpc(with, context);
  return build_loads(
      with,
      [](const Node& node, config::Problems& problems, GrpcOptions& options) {
        return fields_of(&options).read(node, problems, options);
      },
      context);
}

std::unique_ptr<experiment::Task> build_legacy_grpc(const Node& with, BuildContext& context) {
  return build_loads(
      with,
      [](const Node& node, config::Problems& problems, GrpcOptions& options) {
        LegacyGrpcOptions legacy;
        if (!fields_of(&legacy).read(node, problems, legacy)) return false;
        options = current_options(legacy, node, problems);
        return true;
      },
      context);
}

}  // namespace iter8::tasks::grpc
