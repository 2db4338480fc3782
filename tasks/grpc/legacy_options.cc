#include "tasks/grpc/legacy_options.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/duration.h"

namespace iter8::tasks::grpc {

namespace {

using config::Fields;
using config::Node;
using config::Problems;

constexpr std::int64_t kMostLegacyCalls = 1'000'000'000'000;
constexpr std::int64_t kMostLegacyWorkers = 1'000'000;
constexpr std::int64_t kFastest = 10'000'000;
/// Calls at a time on a connection where the file sets no limit (async).
constexpr std::int64_t kAsyncCalls = 1000;
/// A schedule that reached its last rate keeps it until the number of calls or the duration ends the load.
constexpr base::Duration kRest = std::chrono::hours(24);
constexpr std::size_t kMostStages = 10'000;

void add_call_fields_of_legacy(Fields<LegacyGrpcOptions>& fields) {
  fields.optional("host", &LegacyGrpcOptions::host, "Where calls go, HOST:PORT")
      .optional("call", &LegacyGrpcOptions::call, "package.Service/Method or package.Service.Method")
      .optional("proto", &LegacyGrpcOptions::proto, "File that describes the service")
      .optional("protoset", &LegacyGrpcOptions::protoset, "File of descriptors")
      .optional("import-paths", &LegacyGrpcOptions::import_paths, "Folders for what the proto file imports")
      .optional("data", &LegacyGrpcOptions::data, "The message, or a list of messages")
      .optional("data-file", &LegacyGrpcOptions::data_file, "JSON file with the message")
      .optional("binary-file", &LegacyGrpcOptions::binary_file, "File with the message, serialised")
      .optional("metadata", &LegacyGrpcOptions::metadata, "Metadata of each call")
      .optional("metadata-file", &LegacyGrpcOptions::metadata_file, "JSON file with metadata")
      .optional("reflect-metadata", &LegacyGrpcOptions::reflect_metadata,
                "Metadata of the questions to the reflection service")
      .optional("stream-interval", &LegacyGrpcOptions::stream_interval,
                "Time between two messages of a stream", not_negative())
      .optional("stream-call-duration", &LegacyGrpcOptions::stream_duration,
                "After so long the client ends the stream", not_negative())
      .optional("stream-call-count", &LegacyGrpcOptions::stream_count, "Messages of each streaming call",
                config::within(0, kMostLegacyCalls))
      .optional("stream-dynamic-messages", &LegacyGrpcOptions::dynamic_messages,
                "New values for the placeholders of each message")
      .optional("versionInfo", &LegacyGrpcOptions::version_info,
                "A list of {call, host}; null counts a version but does not load it");
}

void add_load_fields_of_legacy(Fields<LegacyGrpcOptions>& fields) {
  fields
      .optional("total", &LegacyGrpcOptions::total, "Calls to each version",
                config::within(1, kMostLegacyCalls))
      .optional("concurrency", &LegacyGrpcOptions::concurrency, "Calls at a time",
                config::within(1, kMostLegacyWorkers))
      .optional("connections", &LegacyGrpcOptions::connections, "Connections to each version",
                config::within(1, 100'000))
      .optional("rps", &LegacyGrpcOptions::rate, "Calls per second and version; 0 = as fast as possible",
                config::within(0, kFastest))
      .optional("duration", &LegacyGrpcOptions::duration, "How long to call, instead of total",
                not_negative())
      .optional("max-duration", &LegacyGrpcOptions::max_duration, "How long to call at most", not_negative())
      .optional("duration-stop", &LegacyGrpcOptions::duration_stop,
                "Whether calls in flight at the end of the duration are waited for")
      .optional("timeout", &LegacyGrpcOptions::timeout, "Time of one call", valid_timeout())
      .optional("connect-timeout", &LegacyGrpcOptions::connect_timeout, "Time to open a connection; 0 = 10s",
                not_negative())
      .alias("connect-timeeout")
      .optional("keepalive", &LegacyGrpcOptions::keepalive, "Time between two signs of life; 0 = none",
                not_negative())
      .optional("async", &LegacyGrpcOptions::async, "Do not wait for calls before others are made")
      .optional("skipFirst", &LegacyGrpcOptions::skip_first, "So many calls do not count",
                config::within(0, kMostLegacyCalls))
      .optional("warmup", &LegacyGrpcOptions::warmup, "Make the calls but record no metrics")
      .optional("endpoints", &LegacyGrpcOptions::endpoints, "Several loads, name: {the same fields}");
}

/// The fields of a schedule; `what` begins their names.
Fields<LegacySlope> slope_fields(const std::string& what) {
  Fields<LegacySlope> fields;
  fields.optional(what + "-schedule", &LegacySlope::schedule, "How it changes")
      .optional(what + "-start", &LegacySlope::start, "At the beginning", config::within(0, kFastest))
      .optional(what + "-end", &LegacySlope::end, "In the end; 0 = it goes on", config::within(0, kFastest))
      .optional(what + "-step", &LegacySlope::step, "What a step, or a second of a line, adds",
                config::within(-kFastest, kFastest))
      .optional(what + "-step-duration", &LegacySlope::step_duration, "Time of a step", not_negative())
      .optional(what + "-max-duration", &LegacySlope::max_duration, "Time of the change at most",
                not_negative());
  return fields;
}

void add_connection_fields_of_legacy(Fields<LegacyGrpcOptions>& fields) {
  fields.optional("insecure", &LegacyGrpcOptions::insecure, "Whether calls are made without TLS")
      .shown_default("true, unless an option of TLS is given")
      .optional("cacert", &LegacyGrpcOptions::ca, "PEM file of certificates to trust")
      .optional("cert", &LegacyGrpcOptions::cert, "PEM file of the client certificate")
      .optional("key", &LegacyGrpcOptions::key, "PEM file of its key")
      .optional("cname", &LegacyGrpcOptions::server_name, "Name for SNI and the certificate check")
      .optional("authority", &LegacyGrpcOptions::authority, "The authority of calls")
      .optional("skipTLS", &LegacyGrpcOptions::skip_tls, "Do not verify the server's certificate")
      .optional("enable-compression", &LegacyGrpcOptions::compression, "Send messages compressed")
      .optional("lb-strategy", &LegacyGrpcOptions::balancing, "round_robin: connections to all addresses")
      .optional("max-recv-message-size", &LegacyGrpcOptions::message_limit,
                "Largest message accepted, bytes");
  for (const char* name : {"cpus", "name", "tags", "debug", "count-errors", "max-send-message-size",
                           "disable-template-functions", "disable-template-data"})
    fields.optional(name, &LegacyGrpcOptions::ignored, "Accepted; has no effect");
}

void check_legacy_options(const LegacyGrpcOptions& options, const Node& node, Problems& problems) {
  const auto position_of = [&](const char* key) {
    const Node* value = node.find(key);
    return value ? value->position : node.position;
  };
  if (node.find("connect-timeeout"))
    problems.warning(position_of("connect-timeeout"), "'connect-timeeout' is read as connect-timeout");
  const bool names_all =
      !options.version_info.empty() && std::ranges::all_of(options.version_info, [](const auto& version) {
        return !version.call || version.call->call;
      });
  if (options.call.value.empty() && options.endpoints.empty() && !names_all)
    problems.error(position_of("call"), "missing key 'call': the method, package.Service/Method");
  if (options.cert.empty() != options.key.empty())
    problems.error(position_of("cert"), "a client certificate needs both cert and key");
  if (!is_authority(options.authority))
    problems.warning(position_of("authority"),
                     "authority: expected HOST or HOST:PORT; servers may refuse it");
  for (const LegacySlope* slope : {&options.load, &options.workers}) {
    const std::string what = slope == &options.load ? "load" : "concurrency";
    if (slope->schedule == LegacySchedule::constant) continue;
    if (slope->step == 0)
      problems.error(position_of((what + "-schedule").c_str()), what + "-schedule without " + what + "-step");
    if (slope->schedule == LegacySchedule::step && slope->step_duration <= base::Duration{0})
      problems.error(position_of((what + "-schedule").c_str()),
                     what + "-schedule: step without " + what + "-step-duration");
  }
}

/// The stages of a rate that begins at slope.start and changes until it reaches slope.end, or until
/// max_duration is over.
std::vector<StageOptions> stages_of(const LegacySlope& slope) {
  std::vector<StageOptions> stages;
  const auto start = static_cast<double>(slope.start);
  const auto step = static_cast<double>(slope.step);
  const auto end = static_cast<double>(slope.end);
  const base::Duration most = slope.max_duration > base::Duration{0} ? slope.max_duration : kRest;
  double rate = start;
  if (slope.schedule == LegacySchedule::line) {
    const double seconds = slope.end > 0
                               ? std::min(std::max(0.0, (end - start) / step), base::to_seconds(most))
                               : base::to_seconds(most);
    rate = std::max(0.0, start + step * seconds);
    stages.push_back({.duration = base::from_seconds(seconds), .rate = rate});
  } else {
    base::Duration time{0};
    const auto is_over = [&] { return slope.end > 0 && (step > 0 ? rate >= end : rate <= end); };
    while (!is_over() && time < most && stages.size() < kMostStages) {
      stages.push_back({.duration = std::min(slope.step_duration, most - time), .rate = rate});
      time += slope.step_duration;
      rate = std::max(0.0, rate + step);
      if (slope.end > 0) rate = step > 0 ? std::min(rate, end) : std::max(rate, end);
      stages.push_back({.duration = {}, .rate = rate});
    }
  }
  stages.push_back({.duration = kRest, .rate = rate});
  return stages;
}

/// The workers of a schedule: one more or less at a time where they change in a line.
std::vector<load::ConcurrencyStep> concurrency_of(const LegacySlope& slope) {
  const bool is_line = slope.schedule == LegacySchedule::line;
  const std::int64_t step = is_line ? (slope.step > 0 ? 1 : -1) : slope.step;
  const base::Duration time =
      is_line ? base::Duration(std::chrono::seconds(1)) / std::abs(slope.step) : slope.step_duration;
  const base::Duration most = slope.max_duration > base::Duration{0} ? slope.max_duration : kRest;
  std::int64_t workers = std::max<std::int64_t>(slope.start, 1);
  std::vector<load::ConcurrencyStep> steps = {{.at = {}, .limit = static_cast<int>(workers)}};
  for (base::Duration at = time; at <= most && steps.size() < kMostStages; at += time) {
    workers = std::clamp<std::int64_t>(workers + step, 1, kMostLegacyWorkers);
    if (slope.end > 0) workers = step > 0 ? std::min(workers, slope.end) : std::max(workers, slope.end);
    if (workers == steps.back().limit) break;
    steps.push_back({.at = at, .limit = static_cast<int>(workers)});
  }
  return steps;
}

void set_pace(const LegacyGrpcOptions& options, GrpcOptions& current) {
  LoadOptions& load = current.load;
  const base::Duration none{0};
  load.connections = std::min(options.connections, options.concurrency);
  load.timeout = options.timeout;
  load.warmup = options.warmup;
  load.allow_initial_errors = true;
  if (options.max_duration > none) {
    load.duration = options.max_duration;
    load.requests = options.total;
  } else if (options.duration > none) {
    load.duration = options.duration;
  } else {
    load.requests = options.total;
  }
  if (options.duration_stop != LegacyStop::wait) load.pace.drain = load::Drain::cut;
  current.concurrency = std::max(options.concurrency, load.connections);
  if (options.load.schedule != LegacySchedule::constant) {
    load.rate = static_cast<double>(std::max<std::int64_t>(options.load.start, 0));
    load.pace.stages = stages_of(options.load);
  } else if (options.rate > 0) {
    load.rate = static_cast<double>(options.rate);
  } else {
    load.arrival = load::Arrival::closed;
  }
  if (options.async && load.arrival != load::Arrival::closed)
    current.concurrency = kAsyncCalls * load.connections;
  if (options.workers.schedule == LegacySchedule::constant) return;
  std::vector<load::ConcurrencyStep> steps = concurrency_of(options.workers);
  for (const load::ConcurrencyStep& step : steps)
    current.concurrency = std::max<std::int64_t>(*current.concurrency, step.limit);
  if (load.arrival == load::Arrival::closed) current.concurrency_steps = std::move(steps);
}

void set_tls(const LegacyGrpcOptions& options, GrpcOptions& current) {
  const bool names_tls =
      !options.ca.empty() || !options.cert.empty() || !options.server_name.empty() || options.skip_tls;
  if (options.insecure.value_or(!names_tls)) return;
  current.tls = TlsOptions{.ca = options.ca,
                           .cert = options.cert,
                           .key = options.key,
                           .server_name = options.server_name,
                           .insecure = options.skip_tls};
}

}  // namespace

const Fields<VersionCall>& fields_of(const VersionCall*) {
  static const auto fields = Fields<VersionCall>{}
                                 .optional("call", &VersionCall::call, "The method that is called")
                                 .optional("host", &VersionCall::host, "Where calls go");
  return fields;
}

const Fields<UrlOptions>& fields_of(const UrlOptions*) {
  static const auto fields =
      Fields<UrlOptions>{}
          .optional("protoURL", &UrlOptions::proto, "Where the proto file is fetched when the task runs")
          .optional("protosetURL", &UrlOptions::protoset, "Where the file of descriptors is fetched")
          .optional("JSONDataURL", &UrlOptions::data, "Where the JSON file with the message is fetched")
          .optional("BinaryDataURL", &UrlOptions::binary, "Where the file with the message is fetched")
          .optional("MetadataURL", &UrlOptions::metadata, "Where the JSON file with metadata is fetched");
  return fields;
}

const Fields<LegacyGrpcOptions>& fields_of(const LegacyGrpcOptions*) {
  static const auto fields = [] {
    Fields<LegacyGrpcOptions> table;
    add_call_fields_of_legacy(table);
    table.part(&LegacyGrpcOptions::urls, config::fields_of<UrlOptions>());
    add_load_fields_of_legacy(table);
    table.part(&LegacyGrpcOptions::load, slope_fields("load"));
    table.part(&LegacyGrpcOptions::workers, slope_fields("concurrency"));
    add_connection_fields_of_legacy(table);
    table.rule(check_legacy_options);
    return table;
  }();
  return fields;
}

GrpcOptions current_options(const LegacyGrpcOptions& options, const Node& with, Problems& problems) {
  const auto warn = [&](const char* key, const char* message) {
    const Node* value = with.find(key);
    problems.warning(value ? value->position : with.position, message);
  };
  GrpcOptions current{.version_info = options.version_info,
                      .host = options.host,
                      .call = options.call,
                      .proto = options.proto,
                      .import_paths = options.import_paths,
                      .protoset = options.protoset,
                      .reflect_metadata = options.reflect_metadata,
                      .data = options.data,
                      .data_file = options.data_file,
                      .binary_file = options.binary_file,
                      .metadata = options.metadata,
                      .metadata_file = options.metadata_file,
                      .compression = options.compression,
                      .authority = options.authority,
                      .endpoints = options.endpoints};
  current.is_older = true;
  if (options.message_limit) current.message_limit = *options.message_limit;
  current.stream.interval = options.stream_interval;
  if (options.stream_count > 0) current.stream.count = options.stream_count;
  if (options.stream_duration > base::Duration{0}) current.stream.duration = options.stream_duration;
  current.stream.dynamic_messages = options.dynamic_messages;
  if (options.connect_timeout > base::Duration{0}) current.connect_timeout = options.connect_timeout;
  if (options.keepalive > base::Duration{0}) current.keepalive = options.keepalive;
  if (options.balancing == "round_robin") current.addresses = AddressUse::all;
  set_pace(options, current);
  set_tls(options, current);
  current.skip_first = options.skip_first;
  current.urls = options.urls;
  if (options.async && current.load.arrival == load::Arrival::closed)
    warn("async", "async has no meaning without rps");
  return current;
}

}  // namespace iter8::tasks::grpc

namespace iter8::config {

bool Codec<tasks::grpc::VersionCallEntry>::read(const Node& node, Problems& problems,
                                                tasks::grpc::VersionCallEntry& entry) {
  if (node.kind == Node::Kind::null) return true;
  return Codec<std::optional<tasks::grpc::VersionCall>>::read(node, problems, entry.call);
}

}  // namespace iter8::config
