#pragma once

#include <array>
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
#include "tasks/load/pace_options.h"

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

struct TlsOptions {
  std::string ca;
  std::string cert;
  std::string key;
  std::string server_name;
  bool insecure = false;
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
  std::optional<AuthOptions> auth;
  bool cookies = false;
  bool compression = false;
  std::optional<config::Located<std::string>> connect_to;
  std::optional<config::Located<std::string>> proxy;
  AddressUse addresses = AddressUse::first;
  base::Duration resolve_every{0};

  std::optional<std::int64_t> requests;
  std::optional<base::Duration> duration;
  std::optional<double> rate;
  load::HttpVersion http = load::HttpVersion::one;
  std::int64_t connections = 4;
  std::int64_t streams = 1;
  load::Arrival arrival = load::Arrival::constant;
  base::Duration timeout = std::chrono::seconds(5);
  bool keep_alive = true;
  bool sequential = false;
  std::int64_t seed = 1;
  std::int64_t workers = 0;
  PaceOptions pace;
  std::optional<config::Located<std::string>> shard_text;
  load::Shard shard;  // the value of shard_text, where it is checked
  TlsOptions tls;

  std::vector<ErrorRange> error_ranges = {{.lower = 400}};
  std::vector<double> percentiles;
  std::optional<base::Duration> latency_cap;

  bool warmup = false;
  base::Duration warmup_duration{0};
  bool allow_initial_errors = false;
  bool allow_all_failed = false;

  std::vector<std::pair<std::string, config::Node>> endpoints;
};

const config::Fields<VersionTarget>& fields_of(const VersionTarget*);
const config::Fields<ErrorRange>& fields_of(const ErrorRange*);
const config::Fields<TlsOptions>& fields_of(const TlsOptions*);
const config::Fields<HttpOptions>& fields_of(const HttpOptions*);

/// `base` changed by what the endpoint's node sets; a payload or URL of its own replaces an inherited one of
/// another form. False after reporting problems.
bool read_endpoint(const HttpOptions& base, const config::Node& node, config::Problems& problems,
                   HttpOptions& endpoint);

/// The percentiles to report: those given first, then the usual 50, 75, 90, 95, 99 and 99.9.
std::vector<double> percentiles_of(const HttpOptions& options);

}  // namespace iter8::tasks::http

namespace iter8::config {

template <>
struct Choices<load::Arrival> {
  static constexpr std::array names{std::pair{"constant", load::Arrival::constant},
                                    std::pair{"poisson", load::Arrival::poisson},
                                    std::pair{"closed", load::Arrival::closed}};
};

template <>
struct Codec<tasks::http::VersionEntry> {
  static Schema schema() { return Codec<tasks::http::VersionTarget>::schema(); }
  static bool read(const Node& node, Problems& problems, tasks::http::VersionEntry& entry);
  static std::string written(const tasks::http::VersionEntry&) { return {}; }
};

}  // namespace iter8::config
