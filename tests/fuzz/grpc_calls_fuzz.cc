// A server that is not trusted answers calls of gRPC, or says something like it. Whatever it says, in
// whatever pieces it arrives and whenever, every call that was started must end exactly once, and no message
// may be larger than the limit.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "load/protocol/http2_exchange.h"
#include "load/request/request.h"
#include "tests/fuzz/end_checker.h"

namespace {

using namespace iter8::load;
using std::chrono::milliseconds;

constexpr RequestId kMostCalls = 40;
constexpr std::size_t kLargest = 100'000;

enum : unsigned { kClient = 1, kServer = 2, kSlow = 4, kAlive = 8, kBounded = 16, kDiffer = 32 };
constexpr unsigned kKinds = 64;

Requests calls_of(unsigned kind) {
  std::string problem;
  Target target;
  target.url = *iter8::net::parse_url("http://127.0.0.1/a.B/C", problem);
  GrpcCall& call = target.grpc.emplace();
  call.client_streams = (kind & kClient) != 0;
  call.server_streams = (kind & kServer) != 0;
  call.messages = {"question", std::string((kind & kSlow) != 0 ? 100'000 : 10, 'x')};
  call.message_limit = kLargest;
  call.observer = [](std::string_view message) {
    if (message.size() > kLargest) abort();
  };
  if ((kind & kSlow) != 0) call.stream_interval = milliseconds(3);
  if ((kind & kAlive) != 0) call.keepalive = milliseconds(20);
  if ((kind & kBounded) != 0) {
    call.stream_count = 3;
    call.stream_duration = milliseconds(30);
  }
  if ((kind & kDiffer) != 0) call.encoder = [](std::string_view text, std::string& out) { out += text; };
  return make_requests(target, KeepAlive::on, 1);
}

void send_all(Http2Exchange& exchange) {
  for (auto output = exchange.output(); !output.empty(); output = exchange.output())
    exchange.sent((output.size() + 1) / 2);
}

/// Of the bytes in pieces of this size; between two of them some time passes.
void converse(Http2Exchange& exchange, std::string_view bytes, std::size_t size) {
  EndChecker checker;
  iter8::base::MonotonicTime now{std::chrono::hours(1)};
  exchange.open();
  ConnectionReuse reuse = ConnectionReuse::keep;
  for (std::size_t i = 0; i <= bytes.size() && reuse == ConnectionReuse::keep; i += size) {
    exchange.set_time(now, now + milliseconds(500));
    while (exchange.room() > 0 && checker.started_count() < kMostCalls) exchange.start(checker.add_request());
    send_all(exchange);
    const std::string piece(bytes.substr(i, size));  // memory of its own, so that a read beyond it is seen
    reuse = exchange.receive(piece, checker);
    if (reuse == ConnectionReuse::close) break;
    now += milliseconds(2);
    exchange.set_time(now, now);
    if (const auto wake = exchange.next_wake(); wake && *wake <= now) reuse = exchange.on_time(checker);
  }
  if (reuse == ConnectionReuse::keep) exchange.end_of_stream(checker);
  if (exchange.is_busy()) abort();
  checker.expect_all_over();
}

}  // namespace

// The first byte chooses the kind of call, the second the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  static const std::vector<Requests> calls = [] {
    std::vector<Requests> all;
    for (unsigned kind = 0; kind < kKinds; ++kind) all.push_back(calls_of(kind));
    return all;
  }();
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  Http2Exchange exchange({.requests = &calls[data[0] % kKinds], .streams = 4});
  converse(exchange, bytes, 1U + data[1]);
  converse(exchange, bytes, std::size_t{64} * 1024);
  return 0;
}
