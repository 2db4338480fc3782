#include "tasks/grpc/targets.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "config/value/json_text.h"
#include "load/request/request.h"

namespace iter8::tasks::grpc {

namespace {

constexpr std::int64_t kCallsOfConnection = 100;
constexpr std::size_t kMetadataLimit = 1024 * 1024;

/// The host's text for the version, and nothing for a version that is not to be loaded.
std::optional<std::string> host_text(const GrpcOptions& options, const TargetContext& context,
                                     std::size_t version, const config::Value& data) {
  if (!options.version_info.empty()) {
    const auto& own = options.version_info[version].call;
    if (!own) return std::nullopt;
    if (own->host) return render(*own->host, context, data);
  }
  if (options.host) return render(*options.host, context, data);
  const config::Value* host = context.versions[version].find("host");
  if (!host) host = context.versions[version].find("url");
  if (!host) throw base::Error("no host: give the task a host, or every version one (null = not loaded)");
  if (host->is_null()) return std::nullopt;
  if (!host->text()) throw base::Error(fmt::format("expected text as its host, found {}", host->kind_name()));
  return *host->text();
}

/// grpc and grpcs are other words for http and https.
std::string with_scheme(const std::string& text, bool is_secure) {
  if (text.starts_with("grpc://")) return "http" + text.substr(4);
  if (text.starts_with("grpcs://")) return "https" + text.substr(5);
  const bool has_scheme = text.find("://") != std::string::npos || text.find("unix:") != std::string::npos;
  return has_scheme ? text : (is_secure ? "https://" : "http://") + text;
}

net::Url url_of(const std::string& text, bool is_secure) {
  std::string problem;
  const auto url = net::parse_url(with_scheme(text, is_secure), problem);
  if (!url) throw base::Error("host '" + base::printable(text, 2000) + "': " + problem);
  return *url;
}

void set_metadata(load::Headers& headers, const std::string& name, std::string value) {
  std::erase_if(headers, [&](const auto& field) { return base::lower(field.first) == base::lower(name); });
  headers.emplace_back(name, std::move(value));
}

void add_metadata_file(load::Headers& headers, const config::Located<std::string>& file,
                       const TargetContext& context) {
  note_position(context, file.position);
  config::JsonFault fault;
  const auto value =
      config::parse_json(base::read_file(context.directory / file.value, kMetadataLimit), 2, fault);
  if (!value || value->map() == nullptr)
    throw base::Error(fmt::format("metadataFile {}: expected a JSON map of texts{}",
                                  base::printable(file.value), value ? "" : ": " + fault.message));
  for (const auto& [name, text] : *value->map()) {
    if (text.text() == nullptr)
      throw base::Error(fmt::format("metadataFile {}: '{}': expected text, found {}",
                                    base::printable(file.value), base::printable(name), text.kind_name()));
    set_metadata(headers, name, own_placeholders(*text.text()));
  }
}

std::optional<load::Target> unnamed_server(const GrpcOptions& options, const TargetContext& context,
                                           std::size_t version) {
  const config::Value data = template_data(context.versions, version, context.iteration);
  const auto host = host_text(options, context, version, data);
  if (!host) return std::nullopt;
  load::Target target{
      .url = url_of(*host, options.tls.has_value()),
      .rows = context.rows,
      .row_order = options.row_order,
      .route = {.connect_to = {}, .proxy = {}, .spread = options.addresses == AddressUse::all}};
  if (options.tls) target.tls = tls_settings_of(*options.tls, context.directory);
  if (!options.authority.empty()) target.headers.emplace_back("Host", options.authority);
  if (options.metadata_file) add_metadata_file(target.headers, *options.metadata_file, context);
  for (const auto& [name, value] : options.metadata)
    set_metadata(target.headers, name, render(value, context, data));
  return target;
}

}  // namespace

const std::string& call_name(const GrpcOptions& options, std::size_t version) {
  if (version < options.version_info.size()) {
    const auto& own = options.version_info[version].call;
    if (own && own->call) return own->call->value;
  }
  return options.call.value;
}

std::optional<load::Target> server_of(const GrpcOptions& options, const TargetContext& context,
                                      std::size_t version) {
  if (!options.version_info.empty() && options.version_info.size() != context.versions.size())
    throw base::Error(fmt::format("versionInfo names {} versions, the experiment has {}",
                                  options.version_info.size(), context.versions.size()));
  try {
    return unnamed_server(options, context, version);
  } catch (const base::Error& error) {
    if (context.versions.size() == 1) throw;
    throw base::Error("version '" + context.versions[version].name + "': " + error.what());
  }
}

load::Headers reflection_metadata(const GrpcOptions& options, const TargetContext& context,
                                  std::size_t version) {
  const config::Value data = template_data(context.versions, version, context.iteration);
  load::Headers headers;
  if (!options.authority.empty()) headers.emplace_back("host", options.authority);
  for (const auto& [name, value] : options.reflect_metadata)
    set_metadata(headers, name, render(value, context, data));
  return headers;
}

load::Plan plan_of(const GrpcOptions& options) {
  load::Plan plan = tasks::plan_of(options.load, {});
  const std::int64_t connections = options.load.connections;
  const std::int64_t usual =
      options.load.arrival == load::Arrival::closed ? connections : connections * kCallsOfConnection;
  const std::int64_t concurrency =
      options.load.pace.think_time > base::Duration{0} ? connections : options.concurrency.value_or(usual);
  plan.http = load::HttpVersion::two;
  plan.streams = static_cast<int>((concurrency + connections - 1) / connections);
  plan.connect_timeout = options.connect_timeout;
  plan.concurrency = options.concurrency_steps;
  plan.skip_first = options.skip_first;
  return plan;
}

}  // namespace iter8::tasks::grpc
