#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/options/fields.h"
#include "config/options/located.h"
#include "config/template/template.h"
#include "load/plan.h"
#include "tasks/http/request_options.h"
#include "tasks/http/stream_options.h"
#include "tasks/load/load_options.h"
#include "tasks/load/tls_options.h"

namespace iter8::tasks::http {

/// One entry of the older versionInfo.
struct VersionTarget {
  config::Located<config::Template> url;
  HeaderTemplates headers;
};
/// Empty for a version that is counted but not loaded (a null in the list).
struct VersionEntry {
  std::optional<VersionTarget> target;
};

/// Status codes that are errors, both ends included; an absent end is open.
struct ErrorRange {
  std::optional<std::int64_t> lower;
  std::optional<std::int64_t> upper;
};

/// The `with` of an http task; an endpoint has the same fields and inherits those it does not set.
struct HttpOptions {
  std::vector<VersionEntry> version_info;
  std::optional<config::Located<config::Template>> url;
  std::optional<config::Located<config::Template>> path;
  HeaderTemplates headers;
  std::optional<std::string> method;
  std::optional<std::string> payload_text;
  std::optional<config::Located<std::string>> payload_url;
  std::optional<config::Located<std::string>> payload_file;
  std::optional<config::Located<std::string>> content_type;
  std::vector<ShapeOptions> targets;
  std::optional<config::Located<std::string>> rows;
  load::RowOrder row_order = load::RowOrder::sequential;
  std::optional<ExpectOptions> expect;
  std::optional<StreamOptions> stream;
  std::optional<AuthOptions> auth;
  bool cookies = false;
  bool compression = false;
  std::optional<config::Located<std::string>> connect_to;
  std::optional<config::Located<std::string>> proxy;
  AddressUse addresses = AddressUse::first;
  base::Duration resolve_every{0};

  LoadOptions load;
  load::HttpVersion http = load::HttpVersion::one;
  std::int64_t streams = 1;
  bool keep_alive = true;
  TlsOptions tls;

  std::vector<ErrorRange> error_ranges = {{.lower = 400}};

  std::vector<std::pair<std::string, config::Node>> endpoints;
};

const config::Fields<VersionTarget>& fields_of(const VersionTarget*);
const config::Fields<ErrorRange>& fields_of(const ErrorRange*);
const config::Fields<HttpOptions>& fields_of(const HttpOptions*);

/// `base` changed by what the endpoint's node sets; a payload or URL of its own replaces an inherited one of
/// another form. False after reporting problems.
bool read_endpoint(const HttpOptions& base, const config::Node& node, config::Problems& problems,
                   HttpOptions& endpoint);

}  // namespace iter8::tasks::http

namespace iter8::config {

template <>
struct Codec<tasks::http::VersionEntry> {
  static Schema schema() { return Codec<tasks::http::VersionTarget>::schema(); }
  static bool read(const Node& node, Problems& problems, tasks::http::VersionEntry& entry);
  static std::string written(const tasks::http::VersionEntry&) { return {}; }
};

}  // namespace iter8::config
