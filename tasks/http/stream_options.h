#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "config/options/fields.h"
#include "load/stream/response_stream.h"
#include "tasks/load/json_path_codec.h"

namespace iter8::tasks::http {

/// How responses are taken apart into events: `stream` as it stands in the file, a format or the map.
struct StreamOptions {
  load::StreamFormat format = load::StreamFormat::sse;
  std::optional<load::JsonPath> content;
  std::optional<load::JsonPath> tokens;
  std::string done;
  base::Duration first_event_timeout{0};
  base::Duration event_timeout{0};
  std::int64_t event_limit = static_cast<std::int64_t>(load::ResponseStream::kUsualEventLimit);
};

const config::Fields<StreamOptions>& fields_of(const StreamOptions*);

/// `options` is valid.
load::ResponseStream stream_of(const StreamOptions& options);

}  // namespace iter8::tasks::http

namespace iter8::config {

template <>
struct Choices<load::StreamFormat> {
  static constexpr std::array names{std::pair{"sse", load::StreamFormat::sse},
                                    std::pair{"ndjson", load::StreamFormat::ndjson},
                                    std::pair{"chunks", load::StreamFormat::chunks}};
};

template <>
struct Codec<tasks::http::StreamOptions> {
  static Schema schema();
  static bool read(const Node& node, Problems& problems, tasks::http::StreamOptions& options);
  static std::string written(const tasks::http::StreamOptions&) { return {}; }
};

}  // namespace iter8::config
