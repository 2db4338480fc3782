#include "tasks/http/targets.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "load/request/request.h"
#include "tasks/http/payload.h"
#include "tasks/load/target_url.h"

namespace iter8::tasks::http {

namespace {

/// The URL's text for the version, and nothing for a version that is not to be loaded.
std::optional<std::string> url_text(const HttpOptions& options, const TargetContext& context,
                                    std::size_t version, const config::Value& data) {
  if (!options.version_info.empty()) {
    const VersionEntry& entry = options.version_info[version];
    return entry.target ? std::optional(render(entry.target->url, context, data)) : std::nullopt;
  }
  if (options.url) return render(*options.url, context, data);
  return url_of_version(context.versions[version]);
}

bool has_header(const load::Target& target, std::string_view lower_name) {
  return std::any_of(target.headers.begin(), target.headers.end(),
                     [&](const auto& header) { return base::lower(header.first) == lower_name; });
}

/// Sets the headers; one that is there already under any case is replaced. Throws what cannot be sent as
/// HTTP.
void set_headers(load::Target& target, const HeaderTemplates& headers, const TargetContext& context,
                 const config::Value& data) {
  for (const auto& [name, value] : headers) {
    std::erase_if(target.headers, [&, &key = name](const auto& header) {
      return base::lower(header.first) == base::lower(key);
    });
    target.headers.emplace_back(name, render(value, context, data));
    load::request_text(target, load::KeepAlive::on);
  }
}

load::Route route_of(const HttpOptions& options, const TargetContext& context) {
  const auto url = [&](const std::optional<config::Located<std::string>>& option, const char* name) {
    std::optional<net::Url> result;
    if (!option) return result;
    note_position(context, option->position);
    std::string problem;
    result = net::parse_url(option->value, problem);
    if (!result)
      throw base::Error(fmt::format("{} '{}': {}", name, base::printable(option->value, 2000), problem));
    return result;
  };
  return {.connect_to = url(options.connect_to, "connectTo"),
          .proxy = url(options.proxy, "proxy"),
          .spread = options.addresses == AddressUse::all,
          .resolve_every = options.resolve_every};
}

/// A kind of request: the target's own, changed by what the kind sets.
load::RequestShape shape_of(const ShapeOptions& options, const load::Target& base, const HttpOptions& task,
                            const TargetContext& context, const config::Value& data) {
  load::Target target = base;
  if (options.path) apply_path(target.url, render(*options.path, context, data));
  if (options.payload_text) target.body = *options.payload_text;
  if (options.method)
    target.method = *options.method;
  else if (!task.method && (options.payload_text || options.content_type))
    target.method = "POST";
  set_headers(target, options.headers, context, data);
  if (options.content_type || (options.payload_text && !has_header(target, "content-type"))) {
    std::erase_if(target.headers,
                  [](const auto& header) { return base::lower(header.first) == "content-type"; });
    target.headers.emplace_back("Content-Type", options.content_type.value_or("application/octet-stream"));
  }
  return {.weight = options.weight,
          .path = target.url.target,
          .method = target.method,
          .headers = target.headers,
          .body = target.body,
          .expect = options.expect ? expectation_of(*options.expect) : target.expect};
}

/// What the task adds to every request by itself, unless the file sets the field.
void add_own_headers(load::Target& target, const HttpOptions& options) {
  const auto add = [&target](const std::string& name, const std::string& value) {
    if (!has_header(target, base::lower(name))) target.headers.emplace_back(name, value);
  };
  if (options.compression) add("Accept-Encoding", "gzip");
  if (!options.auth) return;
  if (const auto header = auth_header(*options.auth)) add(header->first, header->second);
}

std::vector<load::StatusRange> error_statuses(const std::vector<ErrorRange>& ranges) {
  std::vector<load::StatusRange> statuses;
  for (const ErrorRange& range : ranges)
    statuses.push_back({.lower = static_cast<int>(range.lower.value_or(0)),
                        .upper = static_cast<int>(range.upper.value_or(999))});
  return statuses;
}

std::optional<load::Target> unnamed_target(const HttpOptions& options, const TargetContext& context,
                                           std::size_t version) {
  const config::Value data = template_data(context.versions, version, context.iteration);
  const auto text = url_text(options, context, version, data);
  if (!text) return std::nullopt;

  load::Target target{.url = parse_url_or_throw(*text),
                      .tls = tls_settings_of(options.tls, context.directory),
                      .error_statuses = error_statuses(options.error_ranges),
                      .rows = context.rows,
                      .row_order = options.row_order,
                      .cookies = options.cookies,
                      .route = route_of(options, context)};
  if (options.stream) target.stream = stream_of(*options.stream);
  if (options.expect) target.expect = expectation_of(*options.expect);
  if (options.path) apply_path(target.url, render(*options.path, context, data));
  const bool has_body = has_payload(options);
  target.method = options.method.value_or(has_body || options.content_type ? "POST" : "GET");
  target.body = context.body ? *context.body : options.payload_text.value_or("");
  set_headers(target, options.headers, context, data);
  if (!options.version_info.empty())
    set_headers(target, options.version_info[version].target->headers, context, data);
  if (options.content_type) note_position(context, options.content_type->position);
  if ((has_body || options.content_type) && !has_header(target, "content-type"))
    target.headers.emplace_back(
        "Content-Type", options.content_type ? options.content_type->value : "application/octet-stream");
  add_own_headers(target, options);
  load::request_text(target, load::KeepAlive::on);
  for (const ShapeOptions& shape : options.targets)
    target.mix.push_back(shape_of(shape, target, options, context, data));
  load::request_text(target, load::KeepAlive::on);
  return target;
}

}  // namespace

std::optional<load::Target> target_of(const HttpOptions& options, const TargetContext& context,
                                      std::size_t version) {
  if (!options.version_info.empty() && options.version_info.size() != context.versions.size())
    throw base::Error(fmt::format("versionInfo names {} versions, the experiment has {}",
                                  options.version_info.size(), context.versions.size()));
  try {
    return unnamed_target(options, context, version);
  } catch (const base::Error& error) {
    if (context.versions.size() == 1) throw;
    throw base::Error("version '" + context.versions[version].name + "': " + error.what());
  }
}

load::Plan plan_of(const HttpOptions& options, std::vector<load::Target> targets) {
  load::Plan plan = tasks::plan_of(options.load, std::move(targets));
  plan.http = options.http;
  plan.streams = static_cast<int>(options.streams);
  plan.keep_alive = options.keep_alive ? load::KeepAlive::on : load::KeepAlive::off;
  return plan;
}

}  // namespace iter8::tasks::http
