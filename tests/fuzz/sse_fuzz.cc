// A server that is not trusted streams events. However its bytes are cut into reads, the same events come out
// of them, nothing is kept beyond the limit, and every response fails or ends once.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "load/protocol/event_reader.h"

namespace {

using namespace iter8::load;

constexpr std::size_t kLimit = 256;
constexpr int kStatus = 200;

ResponseStream stream_of(unsigned kind) {
  std::string problem;
  ResponseStream stream{.event_limit = kLimit};
  if ((kind & 1U) != 0) stream.format = StreamFormat::ndjson;
  if ((kind & 2U) != 0) stream.format = StreamFormat::chunks;
  if ((kind & 4U) != 0) stream.content = JsonPath::parse(".choices[0].delta.content", problem);
  if ((kind & 8U) != 0) stream.tokens = JsonPath::parse(".usage.completion_tokens", problem);
  if ((kind & 16U) != 0) stream.done_text = "[DONE]";
  if ((kind & 32U) != 0) stream.done_path = JsonPath::parse(".done", problem);
  return stream;
}

/// All that is reported of the bytes in pieces of this size.
std::string account_of(EventReader& reader, std::string_view bytes, std::size_t piece) {
  std::string account;
  reader.begin();
  const auto take_parts = [&] {
    for (const Part& part : reader.parts()) {
      if (part.bytes > kLimit || part.output_tokens < 0) abort();
      account += std::to_string(part.bytes) + (part.has_content ? "+" : "-") +
                 std::to_string(part.output_tokens) + " ";
    }
    reader.forget_parts();
  };
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const std::string copy(bytes.substr(at, piece));  // memory of its own, so that a read beyond it is seen
    reader.body(kStatus, copy);
    take_parts();
  }
  reader.end(kStatus);
  take_parts();
  if (reader.problem()) account += reader.problem()->why;
  return account;
}

}  // namespace

// The first byte chooses what is looked up, the second the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const ResponseStream stream = stream_of(data[0]);
  const StatusSet errors;
  EventReader reader(stream, errors);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::string whole = account_of(reader, bytes, size);
  if (account_of(reader, bytes, 1U + data[1]) != whole) abort();
  if (account_of(reader, bytes, 1) != whole) abort();
  return 0;
}
