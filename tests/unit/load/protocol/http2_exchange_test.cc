#include "load/protocol/http2_exchange.h"

#include <atomic>
#include <string>

#include <catch2/catch.hpp>

#include "load/request/request.h"
#include "tests/unit/load/http2_bytes.h"
#include "tests/unit/load/recording_sink.h"

namespace iter8::load {
namespace {

using namespace std::string_literals;

const std::string k200 = "\x88";

std::string u32(std::uint32_t number) {
  std::string bytes;
  append_u32(bytes, number);
  return bytes;
}

std::string setting(char name, std::uint32_t value) {
  return "\0"s + name + u32(value);
}

std::string head(std::uint32_t stream, std::uint8_t flags = kEndHeaders, const std::string& block = k200) {
  return frame(FrameType::headers, flags, stream, block);
}

std::string response(std::uint32_t stream) {
  return head(stream) + frame(FrameType::data, kEndStream, stream, "ok");
}

const std::string kGreeting = frame(FrameType::settings, 0, 0);

/// A connection whose server has said SETTINGS, with some requests on it: request ids from 0, streams 1, 3, 5
/// …
class Talk {
 public:
  explicit Talk(int requests, const std::string& body = {}, int streams = 4,
                KeepAlive keep_alive = KeepAlive::on, std::atomic<bool>* http1_required = nullptr) {
    Target target;
    std::string problem;
    target.url = *net::parse_url("http://h/", problem);
    target.body = body;
    if (!body.empty()) target.method = "POST";
    requests_ = make_requests(target, keep_alive, 1);
    exchange = std::make_unique<Http2Exchange>(Http2Exchange::Settings{.requests = &requests_,
                                                                       .streams = streams,
                                                                       .keep_alive = keep_alive,
                                                                       .http1_required = http1_required});
    exchange->open();
    drain();
    for (int i = 0; i < requests; ++i) exchange->start(static_cast<RequestId>(i));
    said = drain();
    receive(kGreeting);
  }

  ConnectionReuse receive(const std::string& bytes) { return exchange->receive(bytes, sink); }

  /// What the exchange has to say, sent.
  std::string drain() {
    std::string all;
    for (auto bytes = exchange->output(); !bytes.empty(); bytes = exchange->output()) {
      all.append(bytes.begin(), bytes.end());
      exchange->sent(bytes.size());
    }
    return all;
  }

  /// The types of the frames that it has to say.
  std::string drain_types() {
    const std::string all = drain();
    std::string types;
    Http2FrameReader reader;
    std::string_view rest = all;
    while (const auto each = reader.next(rest)) types += std::to_string(static_cast<int>(each->type));
    return types;
  }

  const std::string& why() const { return sink.reason; }

  std::unique_ptr<Http2Exchange> exchange;
  RecordingSink sink;
  std::string said;  // with the requests

 private:
  Requests requests_;
};

TEST_CASE("concurrent requests, with responses in any order") {
  Talk talk(3);
  CHECK(talk.exchange->room() == 1);
  CHECK(talk.receive(response(5) + head(1) + response(3) + frame(FrameType::data, kEndStream, 1)) ==
        ConnectionReuse::keep);
  CHECK(talk.sink.lines == Lines{"2 response 200", "1 response 200", "0 response 200"});
  CHECK_FALSE(talk.exchange->is_busy());
  CHECK(talk.exchange->room() == 4);
}

TEST_CASE("a response whose end is not in the same read is reported when it begins, once") {
  Talk talk(4);
  talk.receive(response(1) + head(3) + head(5) + frame(FrameType::data, 0, 5, "o"));
  CHECK(talk.sink.lines == Lines{"0 response 200"});
  CHECK(talk.sink.progress == Lines{"1 begins", "2 begins"});
  talk.receive(frame(FrameType::data, kEndStream, 3, "ok") + frame(FrameType::data, 0, 5, "k"));
  talk.receive(frame(FrameType::data, kEndStream, 5) + head(7) + frame(FrameType::rst_stream, 0, 7, u32(2)));
  CHECK(talk.sink.progress.size() == 2);
  CHECK(talk.sink.lines == Lines{"0 response 200", "1 response 200", "2 response 200", "3 failed stream"});
}

TEST_CASE("requests that are the same cost few bytes") {
  Talk talk(1);
  talk.drain();
  talk.exchange->start(1);
  talk.drain();
  talk.exchange->start(2);
  CHECK(talk.drain().size() <= 9 + 8);
}

TEST_CASE("interim responses and trailers do not complete a request") {
  Talk talk(1);
  talk.receive(head(1, kEndHeaders,
                    "\x08\x03"
                    "103"s) +
               head(1) + frame(FrameType::data, 0, 1, "ok"));
  CHECK(talk.sink.lines.empty());
  talk.receive(head(1, kEndHeaders | kEndStream,
                    "\0\x05x-sum\x01"
                    "1"s));
  CHECK(talk.sink.lines == Lines{"0 response 200"});
}

TEST_CASE("fields may come in several frames, but nothing between them") {
  Talk good(1);
  good.receive(head(1, kEndStream, "") + frame(FrameType::continuation, 0, 1) +
               frame(FrameType::continuation, kEndHeaders, 1, k200));
  CHECK(good.sink.lines == Lines{"0 response 200"});
  Talk bad(1);
  CHECK(bad.receive(head(1, 0) + frame(FrameType::ping, 0, 0, "12345678")) == ConnectionReuse::close);
  CHECK(bad.sink.lines == Lines{"0 failed malformed"});
}

TEST_CASE("a body is held against its length") {
  const std::string five = k200 +
                           "\x0f\x0d\x01"
                           "5"s;  // content-length
  Talk talk(4);
  talk.receive(head(1, kEndHeaders, five) + frame(FrameType::data, kEndStream, 1, "12345"));
  talk.receive(head(3, kEndHeaders, five) + frame(FrameType::data, kEndStream, 3, "1234"));
  talk.receive(head(5, kEndHeaders, five) + frame(FrameType::data, 0, 5, "123456"));
  talk.receive(head(7, kEndHeaders | kEndStream,
                    "\x08\x03"
                    "304\x0f\x0d\x01"
                    "5"s));
  CHECK(talk.sink.lines ==
        Lines{"0 response 200", "1 failed malformed", "2 failed malformed", "3 response 304"});
}

TEST_CASE("GOAWAY refuses what it leaves out and lets the rest end") {
  Talk talk(3);
  CHECK(talk.receive(frame(FrameType::goaway, 0, 0, u32(3) + u32(0))) == ConnectionReuse::keep);
  CHECK(talk.sink.lines == Lines{"2 refused"});
  CHECK(talk.exchange->room() == 0);
  CHECK(talk.receive(response(1)) == ConnectionReuse::keep);
  CHECK(talk.receive(response(3)) == ConnectionReuse::close);
}

TEST_CASE("a GOAWAY is named, with what the server says about it") {
  Talk talk(2);
  talk.receive(frame(FrameType::goaway, 0, 0, u32(1) + u32(NGHTTP2_ENHANCE_YOUR_CALM) + "too many"));
  CHECK_THAT(talk.sink.refusal, Catch::Contains("GOAWAY ENHANCE_YOUR_CALM (11): 'too many'"));
  talk.exchange->end_of_stream(talk.sink);
  CHECK(talk.sink.lines == Lines{"1 refused", "0 failed early-close"});
  CHECK_THAT(talk.why(), Catch::Contains("before the end of the response, after GOAWAY ENHANCE_YOUR_CALM"));
}

TEST_CASE("a server that asks for HTTP/1.1 refuses what is in flight, and gets nothing more") {
  std::atomic<bool> required = false;
  Talk connection(2, {}, 4, KeepAlive::on, &required);
  connection.receive(frame(FrameType::goaway, 0, 0, u32(0) + u32(NGHTTP2_HTTP_1_1_REQUIRED)));
  CHECK(connection.sink.lines == Lines{"0 refused", "1 refused"});
  CHECK(required);

  Talk request(2, {}, 4, KeepAlive::on, &required);
  request.receive(frame(FrameType::rst_stream, 0, 1, u32(NGHTTP2_HTTP_1_1_REQUIRED)));
  CHECK(request.exchange->room() == 0);
  CHECK(request.receive(response(3)) == ConnectionReuse::close);

  Talk http2_only(2);
  http2_only.receive(frame(FrameType::rst_stream, 0, 1, u32(NGHTTP2_HTTP_1_1_REQUIRED)));
  CHECK_THAT(http2_only.why(), Catch::Contains("HTTP_1_1_REQUIRED (13); set http: 1.1"));
  http2_only.receive(frame(FrameType::goaway, 0, 0, u32(0) + u32(NGHTTP2_HTTP_1_1_REQUIRED)));
  CHECK_THAT(http2_only.sink.refusal, Catch::Contains("GOAWAY HTTP_1_1_REQUIRED (13); set http: 1.1"));
}

TEST_CASE("a reset is a failure, a refusal, or too late") {
  Talk talk(3);
  talk.receive(frame(FrameType::rst_stream, 0, 1, u32(8)) + frame(FrameType::rst_stream, 0, 3, u32(7)) +
               response(5) + frame(FrameType::rst_stream, 0, 5, u32(0)));
  CHECK(talk.sink.lines == Lines{"0 failed stream", "1 refused", "2 response 200"});
  CHECK(talk.why() == "the server reset the stream: CANCEL (8)");
}

TEST_CASE("streams wait until the server allows them") {
  Talk talk(0);
  talk.receive(frame(FrameType::settings, 0, 0, setting('\x03', 0)));
  CHECK(talk.exchange->room() == 1);
  talk.exchange->start(0);
  CHECK(talk.drain_types() == "44");  // two acknowledgements
  talk.receive(frame(FrameType::settings, 0, 0, setting('\x03', 2)));
  CHECK(talk.drain_types() == "41");
  talk.exchange->start(1);
  CHECK(talk.exchange->room() == 0);
  talk.receive(response(1) + response(3));
  CHECK(talk.sink.lines == Lines{"0 response 200", "1 response 200"});
}

TEST_CASE("one that waits can be abandoned, refused and cut off") {
  Talk talk(0);
  talk.receive(frame(FrameType::settings, 0, 0, setting('\x03', 0)));
  talk.drain();
  talk.exchange->start(0);
  talk.exchange->abandon(0);
  CHECK(talk.drain().empty());
  talk.exchange->start(1);
  talk.receive(frame(FrameType::goaway, 0, 0, u32(kLargest31) + u32(0)));
  CHECK(talk.sink.lines == Lines{"1 refused"});
}

TEST_CASE("bodies are sent as far as the windows allow") {
  const std::string body(100'000, 'x');
  Talk talk(1, body);
  CHECK(talk.said.size() > 65535);
  CHECK(talk.said.size() < 65535 + 300);  // the first window
  talk.drain();
  talk.receive(frame(FrameType::window_update, 0, 0, u32(20'000)));
  CHECK(talk.drain().empty());  // the stream's own is still used up
  talk.receive(frame(FrameType::window_update, 0, 1, u32(10'000)));
  CHECK(talk.drain().size() == 10'000 + 9);
  talk.receive(frame(FrameType::settings, 0, 0, setting('\x04', 65535 + 5'000)));
  CHECK(talk.drain().size() == 5'000 + 9 + 9);
  talk.receive(response(1));
  CHECK(talk.sink.lines == Lines{"0 response 200"});
  CHECK(talk.drain_types() == "3");  // the rest of the body is not sent
}

TEST_CASE("an abandoned request is cancelled, and what comes for it does no harm") {
  Talk talk(2);
  talk.drain();
  talk.exchange->abandon(0);
  CHECK(talk.drain_types() == "3");
  talk.receive(response(1) + response(3));
  CHECK(talk.sink.lines == Lines{"1 response 200"});
}

TEST_CASE("pings and settings are acknowledged; a flood of them by a server that does not read ends") {
  Talk talk(1);
  talk.drain();
  talk.receive(frame(FrameType::ping, 0, 0, "12345678") + frame(FrameType::settings, 0, 0) +
               frame(FrameType::ping, kAck, 0, "12345678") + frame(FrameType::settings, kAck, 0));
  CHECK(talk.drain_types() == "64");
  talk.receive(head(1));
  ConnectionReuse reuse = ConnectionReuse::keep;
  int pings = 0;
  for (; reuse == ConnectionReuse::keep && pings < 1'000'000; ++pings)
    reuse = talk.receive(frame(FrameType::ping, 0, 0, "12345678") + frame(FrameType::data, 0, 1, "a"));
  CHECK(reuse == ConnectionReuse::close);
  CHECK(talk.why() == "HTTP/2: the server sends more pings or settings than it reads acknowledgements");
}

TEST_CASE("frames by which no request gets on are a flood, however they are mixed") {
  const std::string idle = frame(FrameType::ping, 0, 0, "12345678") + frame(FrameType::settings, 0, 0) +
                           frame(static_cast<FrameType>(2), 0, 1, "12345") + frame(FrameType::data, 0, 1) +
                           frame(FrameType::window_update, 0, 1, u32(1));
  Talk talk(1);
  talk.receive(head(1));
  ConnectionReuse reuse = ConnectionReuse::keep;
  int rounds = 0;
  for (; reuse == ConnectionReuse::keep && rounds < 100'000; ++rounds) reuse = talk.receive(idle);
  CHECK(rounds == 2001);
  CHECK(talk.why() == "HTTP/2: the server floods: 10,000 frames in a row that belong to no response");

  Talk moving(1);
  moving.receive(head(1));
  for (int i = 0; i < 20'000; ++i) {
    moving.receive(idle + frame(FrameType::data, 0, 1, "a"));
    moving.drain();
  }
  CHECK(moving.receive(frame(FrameType::data, kEndStream, 1, "a")) == ConnectionReuse::keep);
  CHECK(moving.sink.lines == Lines{"0 response 200"});
}

TEST_CASE("a body that nobody waits for may not go on for ever") {
  Talk talk(1);
  talk.receive(head(1));
  talk.exchange->abandon(0);
  const std::string part = frame(FrameType::data, 0, 1, std::string(16384, 'x'));
  int parts = 0;
  ConnectionReuse reuse = ConnectionReuse::keep;
  for (; reuse == ConnectionReuse::keep && parts < 100'000; ++parts) reuse = talk.receive(part);
  CHECK(parts == 4097);  // 64 MiB
}

TEST_CASE("a request a connection") {
  Talk talk(1, {}, 4, KeepAlive::off);
  CHECK(talk.exchange->room() == 0);
  CHECK(talk.receive(response(1)) == ConnectionReuse::close);
}

TEST_CASE("the end of the connection fails what is in in_flight") {
  Talk talk(2);
  talk.receive(response(1));
  talk.exchange->end_of_stream(talk.sink);
  CHECK(talk.sink.lines == Lines{"0 response 200", "1 failed early-close"});
  talk.exchange->open();
  CHECK(talk.exchange->room() == 4);
}

TEST_CASE("rules whose breach ends the connection") {
  const auto breach = [](const std::string& bytes) {
    Talk talk(2);
    CHECK(talk.receive(bytes) == ConnectionReuse::close);
    CHECK(talk.sink.lines == Lines{"0 failed malformed", "1 failed malformed"});
    CHECK_FALSE(talk.exchange->is_busy());
    return talk.why();
  };
  const auto says = [](const char* text) { return Catch::Contains(text); };
  CHECK_THAT(breach(frame(FrameType::data, 0, 5, "x")), says("not started"));
  CHECK_THAT(breach(frame(FrameType::data, 0, 0, "x")), says("not started"));
  CHECK_THAT(breach(head(2)), says("not started"));
  CHECK_THAT(breach(frame(FrameType::rst_stream, 0, 9, u32(8))), says("not started"));
  CHECK_THAT(breach(frame(FrameType::rst_stream, 0, 1, "123")), says("wrong size"));
  CHECK_THAT(breach(frame(FrameType::settings, 0, 0, "12345")), says("wrong size"));
  CHECK_THAT(breach(frame(FrameType::settings, kAck, 0, setting('\x03', 1))), says("wrong size"));
  CHECK_THAT(breach(frame(FrameType::settings, 0, 1)), says("SETTINGS of one stream"));
  CHECK_THAT(breach(frame(FrameType::settings, 0, 0, setting('\x02', 1))),
             says("a value that it cannot have"));
  CHECK_THAT(breach(frame(FrameType::settings, 0, 0, setting('\x05', 16383))),
             says("a value that it cannot have"));
  CHECK_THAT(breach(frame(FrameType::settings, 0, 0, setting('\x04', 0x80000000U))),
             says("larger than it may be"));
  CHECK_THAT(breach(frame(FrameType::push_promise, kEndHeaders, 1, u32(2) + k200)),
             says("pushes are turned off"));
  CHECK_THAT(breach(frame(FrameType::ping, 0, 0, "1234567")), says("wrong size"));
  CHECK_THAT(breach(frame(FrameType::ping, 0, 1, "12345678")), says("PING of one stream"));
  CHECK_THAT(breach(frame(FrameType::goaway, 0, 0, "1234567")), says("wrong size"));
  CHECK_THAT(breach(frame(FrameType::goaway, 0, 1, "12345678")), says("GOAWAY of one stream"));
  CHECK_THAT(breach(frame(FrameType::window_update, 0, 0, u32(0))), says("grows by nothing"));
  CHECK_THAT(breach(frame(FrameType::window_update, 0, 0, u32(kLargest31))), says("larger than it may be"));
  CHECK_THAT(breach(frame(FrameType::window_update, 0, 9, u32(1))), says("not started"));
  CHECK_THAT(breach(frame(FrameType::continuation, kEndHeaders, 1, k200)), says("CONTINUATION of nothing"));
  CHECK_THAT(breach(head(1, kEndHeaders, "\xff\xff\xff\xff\xff\xff")), says("cannot be decompressed"));
}

TEST_CASE("rules whose breach ends one request") {
  const auto breach = [](const std::string& bytes) {
    Talk talk(2);
    talk.drain();
    CHECK(talk.receive(bytes) == ConnectionReuse::keep);
    CHECK(talk.sink.lines == Lines{"0 failed malformed"});
    CHECK(talk.drain_types() == "3");
    talk.receive(response(3));
    CHECK(talk.sink.lines.back() == "1 response 200");
  };
  breach(frame(FrameType::data, 0, 1, "x"));
  breach(frame(FrameType::window_update, 0, 1, u32(0)));
  breach(frame(FrameType::window_update, 0, 1, u32(kLargest31)));
  breach(head(1, kEndHeaders,
              "\x08\x03"
              "101"s));
  breach(head(1, kEndHeaders | kEndStream,
              "\x08\x03"
              "103"s));
  breach(head(1) + head(1));
  breach(head(1, kEndHeaders, ""));
}

TEST_CASE("a server that speaks HTTP/1 is told apart") {
  for (const std::string& bytes :
       {"HTTP/1.1 400 Bad Request\r\n\r\n"s, frame(FrameType::ping, 0, 0, "12345678")}) {
    Talk talk(1);
    talk.exchange->open();
    talk.exchange->start(7);
    talk.receive(bytes);
    CHECK(talk.sink.lines == Lines{"7 failed malformed"});
    CHECK_THAT(talk.why(), Catch::Contains("set http: 1.1"));
  }
}

}  // namespace
}  // namespace iter8::load
