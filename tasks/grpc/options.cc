#include "tasks/grpc/options.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "base/text.h"
#include "load/request/request_template.h"

namespace iter8::tasks::grpc {

namespace {

using config::Fields;
using config::Node;
using config::Problems;

constexpr std::int64_t kMostCalls = 1'000'000;
constexpr std::int64_t kMostMessages = 1'000'000'000;
constexpr std::int64_t kLargestLimit = std::int64_t{1} << 30;

/// Options whose values may hold placeholders: in the first ones beside templates.
constexpr std::array<std::string_view, 4> kTemplateKeys = {"host", "metadata", "reflectMetadata",
                                                           "reflect-metadata"};

struct GhzPlaceholder {
  std::string_view theirs;
  std::string_view ours;
};
constexpr std::array kGhzPlaceholders = {
    GhzPlaceholder{".RequestNumber", "{{seq}}"},
    GhzPlaceholder{".UUID", "{{uuid}}"},
    GhzPlaceholder{"newUUID", "{{uuid}}"},
    GhzPlaceholder{".WorkerID", load::RequestTemplate::kWorker},
    GhzPlaceholder{".Timestamp", load::RequestTemplate::kTime},
    GhzPlaceholder{".TimestampUnix", load::RequestTemplate::kSeconds},
    GhzPlaceholder{".TimestampUnixMilli", load::RequestTemplate::kMilliseconds},
    GhzPlaceholder{".TimestampUnixNano", load::RequestTemplate::kNanoseconds},
};

void translate_scalars(Node& node) {
  if (node.kind == Node::Kind::scalar && node.text.find("{{") != std::string::npos)
    node.text = own_placeholders(node.text);
  for (Node& item : node.items) translate_scalars(item);
  for (Node::Entry& entry : node.entries) translate_scalars(entry.value);
}

void check_options(const GrpcOptions& options, const Node& node, Problems& problems) {
  const auto position_of = [&](const char* key) {
    const Node* value = node.find(key);
    return value ? value->position : node.position;
  };
  if (options.call.value.empty() && options.endpoints.empty())
    problems.error(position_of("call"), "missing key 'call': the method, package.Service/Method");
  if (options.proto && options.protoset)
    problems.error(position_of("protoset"), "both proto and protoset; expected one of them");
  const int messages =
      options.data.has_value() + options.data_file.has_value() + options.binary_file.has_value();
  if (messages > 1)
    problems.error(position_of("binaryFile"),
                   "several of data, dataFile and binaryFile; expected one of them");
  if (options.concurrency && *options.concurrency < options.load.connections)
    problems.error(position_of("concurrency"),
                   "concurrency is less than connections, each of which carries one call at least");
  if (options.load.pace.think_time > base::Duration{0} && options.concurrency &&
      *options.concurrency > options.load.connections)
    problems.error(position_of("thinkTime"),
                   "with thinkTime a connection carries one call; expected "
                   "concurrency to be the number of connections");
  const bool differs = options.kind != CallKind::described && (options.proto || options.protoset);
  if (differs)
    problems.error(position_of("kind"),
                   fmt::format("both kind and {0}; expected {0} alone, which says what kind the call is",
                               options.proto ? "proto" : "protoset"));
  if (!is_authority(options.authority))
    problems.error(position_of("authority"), "authority: expected HOST or HOST:PORT");
}

void add_call_fields(Fields<GrpcOptions>& fields) {
  fields
      .optional("host", &GrpcOptions::host,
                "Where calls go, HOST:PORT, or a URL whose scheme says whether TLS is spoken; a template "
                "({{ .version.host }}) is rendered for each version")
      .shown_default("the host of each version, else its url")
      .optional("call", &GrpcOptions::call,
                "The method, package.Service/Method; grpc.health.v1.Health/Check needs no description")
      .shown_default("required")
      .optional("proto", &GrpcOptions::proto,
                "File that describes the service; relative to the experiment's directory")
      .shown_default("the server is asked (reflection), unless protoset or kind is given")
      .optional("importPaths", &GrpcOptions::import_paths, "Folders for what the proto file imports")
      .alias("import-paths")
      .optional("protoset", &GrpcOptions::protoset,
                "File of descriptors, of protoc --include_imports --descriptor_set_out")
      .optional("kind", &GrpcOptions::kind,
                "Which side sends a stream of messages, where nothing describes the call; the messages are "
                "then in binaryFile")
      .optional("reflectMetadata", &GrpcOptions::reflect_metadata,
                "Metadata of the questions to the server's reflection service")
      .alias("reflect-metadata")
      .optional("data", &GrpcOptions::data,
                "The message as a map, or a list of messages; texts may hold {{uuid}}, {{seq}} and "
                "{{row.COLUMN}}")
      .shown_default("{}")
      .optional("dataFile", &GrpcOptions::data_file, "JSON file with the message, or a list of messages")
      .alias("data-file")
      .optional("binaryFile", &GrpcOptions::binary_file, "File with the message, serialised")
      .alias("binary-file")
      .optional("metadata", &GrpcOptions::metadata,
                "Metadata of each call; values may be templates, and are sent in base64 where the name ends "
                "in -bin")
      .optional("metadataFile", &GrpcOptions::metadata_file, "JSON file with a map of metadata")
      .alias("metadata-file")
      .optional("rows", &GrpcOptions::rows,
                "CSV file whose columns {{row.COLUMN}} names in messages and metadata; relative to the "
                "experiment's directory")
      .optional("rowOrder", &GrpcOptions::row_order, "Which row a call gets")
      .optional("compression", &GrpcOptions::compression, "Send messages compressed (gzip)")
      .alias("enable-compression")
      .optional("messageLimit", &GrpcOptions::message_limit,
                "The largest message that is accepted, in bytes, decompressed",
                config::within(1, kLargestLimit))
      .optional("stream", &GrpcOptions::stream, "How a streaming call sends its messages, and when it ends");
}

void add_connection_fields(Fields<GrpcOptions>& fields) {
  fields.optional("tls", &GrpcOptions::tls, "How connections are secured; given, TLS is spoken")
      .shown_default("no TLS where host has no scheme")
      .optional("authority", &GrpcOptions::authority, "The authority of calls instead of the host")
      .optional("connectTimeout", &GrpcOptions::connect_timeout, "Time to open a connection",
                config::if_given(config::longer_than_zero()))
      .alias("connect-timeout")
      .optional("keepalive", &GrpcOptions::keepalive,
                "How often a connection's server is asked for a sign of life; one that gives none within "
                "20 s has failed",
                config::if_given(config::longer_than_zero()))
      .shown_default("never")
      .optional("concurrency", &GrpcOptions::concurrency,
                "Calls at a time on all connections to a version together",
                config::if_given(config::within(1, kMostCalls)))
      .shown_default("100 for each connection; with arrival: closed one for each")
      .part(&GrpcOptions::load, config::fields_of<LoadOptions>())
      .optional("addresses", &GrpcOptions::addresses,
                "Which of the host's addresses connections go to: the first that accepts, or all in turn")
      .optional("endpoints", &GrpcOptions::endpoints,
                "Several loads, name: {the same fields}; each inherits what it does not set and reports as "
                "grpc-<name>")
      .rule(check_options);
}

/// Keys that say the same in several forms or spellings.
constexpr std::array<std::string_view, 5> kMessageKeys = {"data", "dataFile", "data-file", "binaryFile",
                                                          "binary-file"};
constexpr std::array<std::string_view, 3> kDescriptionKeys = {"proto", "protoset", "kind"};
constexpr std::array<std::string_view, 2> kRateKeys = {"qps", "rps"};
constexpr std::array<std::span<const std::string_view>, 3> kSameThing = {kMessageKeys, kDescriptionKeys,
                                                                         kRateKeys};

bool contains(std::span<const std::string_view> keys, std::string_view key) {
  return std::ranges::find(keys, key) != keys.end();
}

bool sets_any(const Node& node, std::span<const std::string_view> keys) {
  return std::ranges::any_of(keys, [&](std::string_view key) { return node.find(key) != nullptr; });
}

}  // namespace

const Fields<StreamOptions>& fields_of(const StreamOptions*) {
  static const auto fields =
      Fields<StreamOptions>{}
          .optional("interval", &StreamOptions::interval,
                    "Time between two messages that are sent; 0 = all at once", not_negative())
          .optional("count", &StreamOptions::count,
                    "So many messages are sent, beginning again after the last of the list; of a stream of "
                    "the server alone: received, then the call is cancelled and ends well",
                    config::if_given(config::within(1, kMostMessages)))
          .shown_default("those of the list; all that the server sends")
          .optional("duration", &StreamOptions::duration,
                    "After so long the client ends its stream, repeating messages until then where there is "
                    "an interval and no count; a stream of the server alone is cancelled and ends well",
                    config::if_given(config::longer_than_zero()))
          .optional("dynamicMessages", &StreamOptions::dynamic_messages,
                    "New values for the placeholders of each message instead of each call");
  return fields;
}

const Fields<GrpcOptions>& fields_of(const GrpcOptions*) {
  static const auto fields = [] {
    Fields<GrpcOptions> table;
    add_call_fields(table);
    add_connection_fields(table);
    return table;
  }();
  return fields;
}

Node endpoint_with(const Node& with, const Node& endpoint) {
  Node merged = with;
  merged.position = endpoint.position;
  const auto is_replaced = [&](const Node::Entry& entry) {
    if (entry.key == "endpoints") return true;
    for (const std::span<const std::string_view> group : kSameThing)
      if (contains(group, entry.key) && sets_any(endpoint, group)) return true;
    return endpoint.find(entry.key) != nullptr;
  };
  std::erase_if(merged.entries, is_replaced);
  merged.entries.insert(merged.entries.end(), endpoint.entries.begin(), endpoint.entries.end());
  return merged;
}

std::string own_placeholders(const std::string& text) {
  std::string result;
  std::size_t begin = 0;
  for (std::size_t at = text.find("{{"); at != std::string::npos; at = text.find("{{", at + 2)) {
    const std::size_t end = text.find("}}", at);
    if (end == std::string::npos) break;
    const std::string_view inside = base::trim(std::string_view(text).substr(at + 2, end - at - 2));
    const auto found = std::ranges::find(kGhzPlaceholders, inside, &GhzPlaceholder::theirs);
    if (found == kGhzPlaceholders.end()) continue;
    result += text.substr(begin, at - begin);
    result += found->ours;
    begin = end + 2;
  }
  return result + text.substr(begin);
}

bool is_authority(std::string_view text) {
  constexpr std::string_view kMarks = "-._~%!$&'()*+,;=:[]";
  while (!text.empty()) {
    const std::size_t end = text.starts_with("{{") ? text.find("}}") : std::string_view::npos;
    if (end != std::string_view::npos) {
      text.remove_prefix(end + 2);
      continue;
    }
    const char c = text.front();
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!is_letter && kMarks.find(c) == std::string_view::npos) return false;
    text.remove_prefix(1);
  }
  return true;
}

Node with_own_placeholders(const Node& with) {
  Node translated = with;
  translate_scalars(translated);
  return escape_placeholders(translated, kTemplateKeys);
}

}  // namespace iter8::tasks::grpc
