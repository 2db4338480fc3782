// A server that is not trusted speaks HTTP/2, or something like it. Whatever it says, and in whatever pieces
// it arrives, every request that was started must end exactly once, and nothing may be in flight on a
// connection that is over.
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

constexpr RequestId kMaxRequests = 40;

enum : unsigned { kClosing = 1, kBody = 2, kLooking = 4, kAbandoning = 8 };

Requests requests_for(unsigned kind) {
  std::string problem;
  Target target;
  target.url = *iter8::net::parse_url("http://127.0.0.1/", problem);
  if ((kind & kBody) != 0) {
    target.method = "POST";
    target.body = std::string(100'000, 'x');  // more than a window, so that updates of windows matter
  }
  if ((kind & kLooking) != 0) {
    target.cookies = true;
    target.expect = {.statuses = {{.lower = 200, .upper = 299}},
                     .body_contains = "needle",
                     .headers = {{"content-type", "text"}}};
  }
  return make_requests(target, KeepAlive::on, 1);
}

void start_and_send(Http2Exchange& exchange, EndChecker& checker) {
  while (exchange.room() > 0 && checker.started_count() < kMaxRequests) exchange.start(checker.add_request());
  for (auto output = exchange.output(); !output.empty(); output = exchange.output())
    exchange.sent((output.size() + 1) / 2);
}

/// Of the bytes in pieces of this size.
void converse(Http2Exchange& exchange, std::string_view bytes, std::size_t size, unsigned kind) {
  EndChecker checker;
  exchange.open();
  start_and_send(exchange, checker);
  ConnectionReuse reuse = ConnectionReuse::keep;
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
  if (reuse == ConnectionReuse::keep) exchange.end_of_stream(checker);
  if (exchange.is_busy()) abort();
  checker.expect_all_over();
}

}  // namespace

// The first byte chooses the kind of request, the second the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const unsigned kind = data[0] & 15U;
  static const std::vector<Requests> requests = [] {
    std::vector<Requests> all;
    for (unsigned each = 0; each < 16; ++each) all.push_back(requests_for(each));
    return all;
  }();
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  Http2Exchange exchange({.requests = &requests[kind],
                          .streams = 4,
                          .keep_alive = (kind & kClosing) != 0 ? KeepAlive::off : KeepAlive::on});
  converse(exchange, bytes, 1U + data[1], kind);
  converse(exchange, bytes, 64 * 1024, kind);
  return 0;
}
