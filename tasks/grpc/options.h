#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/options/fields.h"
#include "config/options/located.h"
#include "config/template/template.h"
#include "load/plan.h"
#include "tasks/load/load_options.h"
#include "tasks/load/placeholders.h"
#include "tasks/load/tls_options.h"

namespace iter8::tasks::grpc {

/// What a call looks like where nothing describes it.
enum class CallKind { described, unary, client, server, both };

/// Where one version is served, of the older versionInfo; what it leaves out is as in the task.
struct VersionCall {
  std::optional<config::Located<std::string>> call;
  std::optional<config::Located<config::Template>> host;
};

/// Empty for a version that is counted but not loaded (a null in the list).
struct VersionCallEntry {
  std::optional<VersionCall> call;
};

/// The messages of a streaming call, and when they are sent.
struct StreamOptions {
  base::Duration interval{0};
  std::optional<std::int64_t> count;
  std::optional<base::Duration> duration;
  bool dynamic_messages = false;
};

/// Files that older experiments name by URLs; see Downloads.
struct UrlOptions {
  std::optional<config::Located<std::string>> proto;
  std::optional<config::Located<std::string>> protoset;
  std::optional<config::Located<std::string>> data;
  std::optional<config::Located<std::string>> binary;
  std::optional<config::Located<std::string>> metadata;

  bool describe_or_hold_messages() const { return proto || protoset || data || binary; }
};

/// The `with` of a grpc task; an endpoint has the same fields and inherits those it does not set.
struct GrpcOptions {
  std::vector<VersionCallEntry> version_info;  // only of older files
  std::optional<config::Located<config::Template>> host;
  config::Located<std::string> call;
  CallKind kind = CallKind::described;
  std::optional<config::Located<std::string>> proto;
  std::vector<std::string> import_paths;
  std::optional<config::Located<std::string>> protoset;
  HeaderTemplates reflect_metadata;

  std::optional<config::Located<config::Node>> data;
  std::optional<config::Located<std::string>> data_file;
  std::optional<config::Located<std::string>> binary_file;
  HeaderTemplates metadata;
  std::optional<config::Located<std::string>> metadata_file;
  std::optional<config::Located<std::string>> rows;
  load::RowOrder row_order = load::RowOrder::sequential;
  bool compression = false;
  std::int64_t message_limit = std::int64_t{64} << 20;

  StreamOptions stream;
  bool is_older = false;  // from an older file: what ghz ignored is a warning

  std::optional<TlsOptions> tls;  // without it, `host` has to say that TLS is spoken
  std::string authority;
  std::optional<base::Duration> connect_timeout = std::chrono::seconds(10);
  std::optional<base::Duration> keepalive;
  std::optional<std::int64_t> concurrency;
  LoadOptions load;
  // Only of older files: see load::Plan.
  std::vector<load::ConcurrencyStep> concurrency_steps;
  std::int64_t skip_first = 0;
  UrlOptions urls;

  AddressUse addresses = AddressUse::first;
  std::vector<std::pair<std::string, config::Node>> endpoints;
};

const config::Fields<StreamOptions>& fields_of(const StreamOptions*);
const config::Fields<GrpcOptions>& fields_of(const GrpcOptions*);

/// The `with` of an endpoint: that of the task, in which what the endpoint sets takes the place of what
/// stands there, also where it says the same in another form (data instead of dataFile).
config::Node endpoint_with(const config::Node& with, const config::Node& endpoint);

/// The task's `with`, in which the placeholders of ghz ({{.RequestNumber}} and its like) are those of the
/// engine.
config::Node with_own_placeholders(const config::Node& with);
/// The same for the text of a file of messages.
std::string own_placeholders(const std::string& text);

/// Whether calls can name it as their :authority: a host, with or without a port. Placeholders fit.
bool is_authority(std::string_view text);

}  // namespace iter8::tasks::grpc

namespace iter8::config {

template <>
struct Choices<tasks::grpc::CallKind> {
  static constexpr std::array names{
      std::pair{"described", tasks::grpc::CallKind::described},
      std::pair{"unary", tasks::grpc::CallKind::unary}, std::pair{"client", tasks::grpc::CallKind::client},
      std::pair{"server", tasks::grpc::CallKind::server}, std::pair{"both", tasks::grpc::CallKind::both}};
};

}  // namespace iter8::config
