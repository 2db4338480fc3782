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
#include "tasks/grpc/options.h"
#include "tasks/load/placeholders.h"

namespace iter8::tasks::grpc {

/// How the rate or the number of workers of an older load changes.
enum class LegacySchedule { constant, step, line };
/// What became of calls in flight at the end of an older load's duration.
enum class LegacyStop { close, wait, ignore };

struct LegacySlope {
  LegacySchedule schedule = LegacySchedule::constant;
  std::int64_t start = 0;
  std::int64_t end = 0;
  std::int64_t step = 0;
  base::Duration step_duration{0};
  base::Duration max_duration{0};
};

/// The `with` of gen-load-and-collect-metrics-grpc: the configuration of ghz, with its defaults.
struct LegacyGrpcOptions {
  std::vector<VersionCallEntry> version_info;
  std::optional<config::Located<config::Template>> host;
  config::Located<std::string> call;
  std::optional<config::Located<std::string>> proto;
  std::optional<config::Located<std::string>> protoset;
  std::vector<std::string> import_paths;

  UrlOptions urls;

  std::int64_t total = 200;
  std::int64_t concurrency = 50;
  std::int64_t connections = 1;
  std::int64_t rate = 0;
  base::Duration duration{0};
  base::Duration max_duration{0};
  LegacyStop duration_stop = LegacyStop::close;
  base::Duration timeout = std::chrono::seconds(20);
  base::Duration connect_timeout = std::chrono::seconds(10);
  base::Duration keepalive{0};
  bool async = false;
  std::int64_t skip_first = 0;
  LegacySlope load;
  LegacySlope workers;

  std::optional<config::Located<config::Node>> data;
  std::optional<config::Located<std::string>> data_file;
  std::optional<config::Located<std::string>> binary_file;
  HeaderTemplates metadata;
  std::optional<config::Located<std::string>> metadata_file;
  HeaderTemplates reflect_metadata;

  base::Duration stream_interval{0};
  std::int64_t stream_count = 0;
  base::Duration stream_duration{0};
  bool dynamic_messages = false;

  std::optional<bool> insecure;
  std::string ca;
  std::string cert;
  std::string key;
  std::string server_name;
  std::string authority;
  bool skip_tls = false;
  bool compression = false;
  std::string balancing;
  std::optional<std::int64_t> message_limit;

  bool warmup = false;
  std::optional<config::Node> ignored;
  std::vector<std::pair<std::string, config::Node>> endpoints;
};

const config::Fields<VersionCall>& fields_of(const VersionCall*);
const config::Fields<UrlOptions>& fields_of(const UrlOptions*);
const config::Fields<LegacyGrpcOptions>& fields_of(const LegacyGrpcOptions*);

/// The same load in the options of today. Warns of what it cannot say.
GrpcOptions current_options(const LegacyGrpcOptions& options, const config::Node& with,
                            config::Problems& problems);

}  // namespace iter8::tasks::grpc

namespace iter8::config {

template <>
struct Choices<tasks::grpc::LegacySchedule> {
  static constexpr std::array names{std::pair{"const", tasks::grpc::LegacySchedule::constant},
                                    std::pair{"step", tasks::grpc::LegacySchedule::step},
                                    std::pair{"line", tasks::grpc::LegacySchedule::line}};
};

template <>
struct Codec<tasks::grpc::VersionCallEntry> {
  static Schema schema() { return Codec<tasks::grpc::VersionCall>::schema(); }
  static bool read(const Node& node, Problems& problems, tasks::grpc::VersionCallEntry& entry);
  static std::string written(const tasks::grpc::VersionCallEntry&) { return {}; }
};

template <>
struct Choices<tasks::grpc::LegacyStop> {
  static constexpr std::array names{std::pair{"close", tasks::grpc::LegacyStop::close},
                                    std::pair{"wait", tasks::grpc::LegacyStop::wait},
                                    std::pair{"ignore", tasks::grpc::LegacyStop::ignore}};
};

}  // namespace iter8::config
