// A server that is not trusted switches to WebSocket, or something like it. Whatever it says, and in whatever
// pieces it arrives, every request that was started must end exactly once, and nothing may be in flight on a
// connection that is over.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "load/protocol/websocket_exchange.h"
#include "load/request/request.h"
#include "tests/fuzz/end_checker.h"

namespace {

using namespace iter8::load;

constexpr RequestId kMaxRequests = 40;

enum : unsigned { kMatching = 1, kExpecting = 2, kClosing = 4, kAbandoning = 8, kRawHandshake = 16 };

Requests requests_for(unsigned kind) {
  std::string problem;
  Target target;
  target.url = *iter8::net::parse_url("http://127.0.0.1/", problem);
  target.body = R"({"id": {{seq}}, "text": "hello"})";
  WebSocketCall call;
  call.message_limit = 5000;
  if ((kind & kMatching) != 0)
    call.match = {
        .answer = *JsonPath::parse(".id", problem), .sent = JsonPath::parse(".id", problem), .value = {}};
  if ((kind & kExpecting) != 0) call.expected = {.path = *JsonPath::parse(".ok", problem), .value = "true"};
  target.websocket = call;
  return make_requests(target, KeepAlive::on, 1);
}

/// What the client has said so far is needed for the answer to its handshake.
std::string start_and_send(WebSocketExchange& exchange, EndChecker& checker) {
  std::string said;
  while (exchange.room() > 0 && checker.started_count() < kMaxRequests) exchange.start(checker.add_request());
  for (auto output = exchange.output(); !output.empty(); output = exchange.output()) {
    said.append(output.begin(), output.end());
    exchange.sent(output.size());
  }
  return said;
}

std::string switching(const std::string& handshake) {
  constexpr std::string_view kField = "Sec-WebSocket-Key: ";
  const std::size_t at = handshake.find(kField);
  if (at == std::string::npos) abort();
  return "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
         websocket_accept(handshake.substr(at + kField.size(), 24)) + "\r\n\r\n";
}

/// Of the bytes in pieces of this size.
void converse(WebSocketExchange& exchange, std::string_view bytes, std::size_t size, unsigned kind) {
  EndChecker checker;
  exchange.open();
  const std::string handshake = start_and_send(exchange, checker);
  ConnectionReuse reuse = ConnectionReuse::keep;
  if ((kind & kRawHandshake) == 0) reuse = exchange.receive(switching(handshake), checker);
  for (std::size_t i = 0; i < bytes.size() && reuse == ConnectionReuse::keep; i += size) {
    const std::string piece(bytes.substr(i, size));  // memory of its own, so that a read beyond it is seen
    reuse = exchange.receive(piece, checker);
    if (reuse == ConnectionReuse::close) break;
    const auto oldest = static_cast<RequestId>(i / size);
    if ((kind & kAbandoning) != 0 && oldest < checker.started_count() && !checker.is_over(oldest)) {
      checker.end(oldest, 200);
      reuse = exchange.abandon(oldest);
    }
    if (reuse == ConnectionReuse::keep) start_and_send(exchange, checker);
  }
  exchange.farewell();
  if (reuse == ConnectionReuse::keep) exchange.end_of_stream(checker);
  if (exchange.is_busy()) abort();
  checker.expect_all_over();
}

}  // namespace

// The first byte chooses the kind of request, the second the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const unsigned kind = data[0] & 31U;
  static const std::vector<Requests> requests = [] {
    std::vector<Requests> all;
    for (unsigned each = 0; each < 4; ++each) all.push_back(requests_for(each));
    return all;
  }();
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  WebSocketExchange exchange({.requests = &requests[kind & 3U],
                              .streams = 4,
                              .keep_alive = (kind & kClosing) != 0 ? KeepAlive::off : KeepAlive::on});
  converse(exchange, bytes, 1U + data[1], kind);
  converse(exchange, bytes, 64 * 1024, kind);
  return 0;
}
