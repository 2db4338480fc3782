#include "tasks/grpc/stream_check.h"

#include <fmt/format.h>

#include "base/text.h"

namespace iter8::tasks::grpc {

std::optional<NeedlessField> needless_field(const StreamOptions& stream, const std::string& call,
                                            Streaming streaming) {
  const bool client_streams = streaming == Streaming::client || streaming == Streaming::both;
  const bool is_unary = streaming == Streaming::none;
  const auto needless = [&](std::string_view field, std::string_view older_field) {
    const char* kind = is_unary ? "is unary" : "streams messages of the server only";
    return NeedlessField{
        .field = field,
        .older_field = older_field,
        .why = fmt::format("stream.{} has no meaning here: {} {}", field, base::printable(call), kind)};
  };
  if (stream.interval > base::Duration{0} && !client_streams) return needless("interval", "stream-interval");
  if (stream.count && is_unary) return needless("count", "stream-call-count");
  if (stream.duration && is_unary) return needless("duration", "stream-call-duration");
  return std::nullopt;
}

}  // namespace iter8::tasks::grpc
