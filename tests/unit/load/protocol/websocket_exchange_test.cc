#include "load/protocol/websocket_exchange.h"

#include <string>

#include <catch2/catch.hpp>

#include "load/request/request.h"
#include "tests/unit/load/recording_sink.h"

namespace iter8::load {
namespace {

using namespace std::string_literals;

JsonPath path(const std::string& text) {
  std::string problem;
  return *JsonPath::parse(text, problem);
}

/// What a server sends: frames without masks.
std::string frame(Opcode opcode, const std::string& payload, bool is_final = true) {
  std::string bytes(1, static_cast<char>((is_final ? 0x80U : 0U) | static_cast<unsigned>(opcode)));
  if (payload.size() <= 125) return bytes + static_cast<char>(payload.size()) + payload;
  bytes += static_cast<char>(126);
  bytes += static_cast<char>(payload.size() >> 8);
  return bytes + static_cast<char>(payload.size() & 0xffU) + payload;
}

std::string text(const std::string& payload) {
  return frame(Opcode::text, payload);
}

/// A connection; after switch_over() the server has agreed to WebSocket.
class Conversation {
 public:
  explicit Conversation(const WebSocketCall& call = {}, const std::string& message = "hi", int streams = 1,
                        KeepAlive keep_alive = KeepAlive::on, const Expectation& expect = {}) {
    std::string problem;
    Target target{.url = *net::parse_url("http://h/chat", problem), .body = message, .expect = expect};
    target.websocket = call;
    requests_ = make_requests(target, KeepAlive::on, 1);
    exchange = std::make_unique<WebSocketExchange>(
        WebSocketExchange::Settings{.requests = &requests_, .streams = streams, .keep_alive = keep_alive});
    exchange->open();
  }

  void start(RequestId request_id) { exchange->start(request_id); }

  /// What the client has to say, sent.
  std::string said() {
    const auto output = exchange->output();
    std::string all(output.begin(), output.end());
    exchange->sent(all.size());
    return all;
  }

  /// Starts request 0 and lets the server switch.
  void switch_over() {
    start(0);
    const std::string handshake = said();
    const std::size_t at = handshake.find("Sec-WebSocket-Key: ");
    REQUIRE(at != std::string::npos);
    key = handshake.substr(at + 19, 24);
    receive("HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
            websocket_accept(key) + "\r\n\r\n");
  }

  ConnectionReuse receive(const std::string& bytes) { return exchange->receive(bytes, sink); }

  /// The messages that were sent, unmasked, each with a space behind it.
  static std::string unmasked(const std::string& frames) {
    std::string all;
    for (std::size_t at = 0; at + 6 <= frames.size();) {
      const std::size_t size = static_cast<unsigned char>(frames[at + 1]) & 0x7fU;
      for (std::size_t i = 0; i < size; ++i)
        all += static_cast<char>(frames[at + 6 + i] ^ frames[at + 2 + i % 4]);
      all += ' ';
      at += 6 + size;
    }
    return all;
  }

  std::unique_ptr<WebSocketExchange> exchange;
  RecordingSink sink;
  std::string key;

 private:
  Requests requests_;
};

WebSocketCall matching(const std::string& answer, const std::string& value) {
  WebSocketCall call;
  call.match = {.answer = path(answer), .sent = {}, .value = value};
  return call;
}

TEST_CASE("websocket: the first request brings the handshake, and its message follows the switch") {
  Conversation talk({.subprotocols = {"a", "b"}});
  CHECK(talk.exchange->room() == 1);
  talk.start(7);
  CHECK(talk.exchange->room() == 0);
  const std::string handshake = talk.said();
  CHECK_THAT(handshake, Catch::StartsWith("GET /chat HTTP/1.1\r\nHost: h\r\n"));
  CHECK_THAT(handshake, Catch::EndsWith("\r\n\r\n"));
  for (const char* field : {"Upgrade: websocket\r\n", "Connection: Upgrade\r\n",
                            "Sec-WebSocket-Version: 13\r\n", "Sec-WebSocket-Protocol: a, b\r\n"})
    CHECK_THAT(handshake, Catch::Contains(field));
  CHECK(talk.exchange->is_busy());
}

TEST_CASE("websocket: the next message is the answer, in whatever pieces it comes") {
  const std::string bytes = frame(Opcode::text, "an", false) + frame(Opcode::ping, "p") +
                            frame(Opcode::continuation, "", false) + frame(Opcode::continuation, "swer") +
                            text("late");
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    Conversation talk;
    talk.switch_over();
    CHECK(Conversation::unmasked(talk.said()) == "hi ");
    for (std::size_t at = 0; at < bytes.size(); at += size)
      CHECK(talk.receive(bytes.substr(at, size)) == ConnectionReuse::keep);
    CHECK(talk.sink.lines == Lines{"0 response 101"});
    const std::string pong = talk.said();
    CHECK(static_cast<unsigned char>(pong[0]) == 0x8a);
    CHECK(Conversation::unmasked(pong) == "p ");
    const MessageCounts counts = talk.exchange->take_message_counts();
    CHECK(counts.sent == 1);
    CHECK(counts.bytes_sent == 2);
    CHECK(counts.received == 2);
    CHECK(counts.bytes_received == 10);
    CHECK(counts.unsolicited == 1);
    CHECK(talk.exchange->room() == 1);
  }
}

TEST_CASE("websocket: a message counts as sent once all of it is written") {
  Conversation talk(matching(".id", "{{seq}}"), "hello", 3);
  const auto sent = [&] { return talk.exchange->take_message_counts().sent; };
  talk.start(0);
  talk.start(1);
  CHECK(sent() == 0);
  talk.said();
  CHECK(sent() == 0);  // the handshake was written, and the messages wait for its answer
  SECTION("the server refuses") {
    talk.receive("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    talk.said();
    CHECK(sent() == 0);
    talk.exchange->open();
    talk.switch_over();
    talk.said();
    CHECK(sent() == 1);
  }
  SECTION("the connection breaks") {
    talk.exchange->broken(ErrorClass::reset, "gone", talk.sink);
    CHECK(sent() == 0);
  }
}

TEST_CASE("websocket: messages are counted one by one as they are written") {
  Conversation talk(matching(".id", "{{seq}}"), "hello", 3);
  talk.switch_over();
  talk.start(1);
  const std::size_t all = talk.exchange->output().size();
  talk.exchange->sent(all / 2 - 1);
  CHECK(talk.exchange->take_message_counts().sent == 0);
  talk.exchange->sent(1);
  talk.start(2);
  const MessageCounts first = talk.exchange->take_message_counts();
  CHECK(first.sent == 1);
  CHECK(first.bytes_sent == 5);
  talk.said();
  CHECK(talk.exchange->take_message_counts().sent == 2);
}

TEST_CASE("websocket: answers are matched by a value, in any order") {
  Conversation talk(matching(".reply.id", "{{seq}}"), R"({"id": {{seq}}})", 3);
  CHECK(talk.exchange->room() == 3);
  talk.switch_over();
  talk.start(1);
  talk.start(2);
  CHECK(talk.exchange->room() == 0);
  CHECK(Conversation::unmasked(talk.said()) == R"({"id": 0} {"id": 1} {"id": 2} )");
  talk.receive(text(R"({"reply": {"id": "2"}})") + text(R"({"reply": {"id": 9}})") + text("no JSON") +
               text(R"({"id": 0})") + text(R"({"reply": {"id": 0}})"));
  CHECK(talk.sink.lines == Lines{"2 response 101", "0 response 101"});
  CHECK(talk.exchange->take_message_counts().unsolicited == 3);
  talk.receive(text(R"({"reply": {"id": 2}})"));
  CHECK(talk.exchange->take_message_counts().unsolicited == 1);
  CHECK(talk.exchange->abandon(1) == ConnectionReuse::keep);
  talk.receive(text(R"({"reply": {"id": 1}})"));
  CHECK(talk.sink.lines.size() == 2);
  CHECK_FALSE(talk.exchange->is_busy());
  talk.start(3);
  talk.receive(text(R"({"reply": {"id": 3}})"));
  CHECK(talk.sink.lines.back() == "3 response 101");
}

TEST_CASE("websocket: the value can be that in the message") {
  WebSocketCall call;
  call.match = {.answer = path(".id"), .sent = path(".request.id"), .value = {}};
  Conversation talk(call, R"({"request": {"id": "a{{seq}}"}})", 2);
  talk.switch_over();
  talk.start(1);
  talk.receive(text(R"({"id": "a1"})") + text(R"({"id": "a0"})"));
  CHECK(talk.sink.lines == Lines{"1 response 101", "0 response 101"});
}

TEST_CASE("websocket: answers that are not as expected") {
  WebSocketCall call;
  call.expected = AnswerValue{.path = path(".ok"), .value = "true"};
  Conversation talk(call, "hi", 1, KeepAlive::on, {.body_contains = "done"});
  talk.switch_over();
  talk.receive(text(R"({"ok": true, "state": "done"})"));
  talk.start(1);
  talk.receive(text(R"({"ok": true})"));
  talk.start(2);
  talk.receive(text(R"({"ok": false, "state": "done"})"));
  CHECK(talk.sink.lines == Lines{"0 response 101", "1 unexpected 101 the answer does not contain 'done'",
                                 "2 unexpected 101 the answer has 'false' at .ok, expected 'true'"});
}

TEST_CASE("websocket: a handshake that fails ends the requests that wait for it") {
  SECTION("refused") {
    Conversation talk(matching(".id", "{{seq}}"), "hi", 2);
    talk.start(0);
    talk.start(1);
    CHECK(talk.receive("HTTP/1.1 403 No\r\n\r\n") == ConnectionReuse::close);
    CHECK(talk.sink.lines.size() == 2);
    CHECK_THAT(talk.sink.lines[0], Catch::Contains("unexpected 403 the server answered"));
    CHECK(talk.exchange->farewell().empty());
  }
  SECTION("wrong") {
    Conversation talk;
    talk.start(0);
    CHECK(talk.receive("HTTP/1.1 101 S\r\n\r\n") == ConnectionReuse::close);
    CHECK(talk.sink.lines == Lines{"0 failed malformed"});
  }
  SECTION("cut off") {
    Conversation talk;
    talk.start(0);
    talk.receive("HTTP/1.1 101");
    talk.exchange->end_of_stream(talk.sink);
    CHECK(talk.sink.lines == Lines{"0 failed early-close"});
    CHECK_THAT(talk.sink.reason, Catch::Contains("during the WebSocket handshake"));
  }
}

TEST_CASE("websocket: a close frame ends what is in flight, and is echoed") {
  Conversation talk;
  talk.switch_over();
  talk.said();
  CHECK(talk.receive(frame(Opcode::close, "\x03\xf5 restart")) == ConnectionReuse::close);
  CHECK(talk.sink.lines == Lines{"0 closed 1013"});
  CHECK_THAT(talk.sink.reason, Catch::Contains("1013 (try again later): ' restart'"));
  CHECK(Conversation::unmasked(std::string(talk.exchange->farewell())) == "\x03\xf5 ");
  CHECK(talk.exchange->room() == 0);

  Conversation idle;
  idle.switch_over();
  idle.said();
  idle.receive(text("ok"));
  CHECK(idle.receive(frame(Opcode::close, "")) == ConnectionReuse::close);
  CHECK(idle.sink.lines == Lines{"0 response 101"});
}

TEST_CASE("websocket: a connection that is closed from here says goodbye, but not in the middle of a frame") {
  Conversation talk;
  talk.switch_over();
  CHECK(talk.exchange->farewell().empty());
  talk.said();
  CHECK(Conversation::unmasked(std::string(talk.exchange->farewell())) == "\x03\xe8 ");
}

TEST_CASE("websocket: a message a connection") {
  Conversation talk({}, "hi", 1, KeepAlive::off);
  talk.switch_over();
  CHECK(talk.exchange->room() == 0);
  CHECK(talk.receive(text("ok")) == ConnectionReuse::close);
  CHECK(talk.sink.lines == Lines{"0 response 101"});
}

TEST_CASE("websocket: without a match, a request that timed out takes its connection with it") {
  Conversation talk;
  talk.switch_over();
  CHECK(talk.exchange->abandon(0) == ConnectionReuse::close);
  CHECK_FALSE(talk.exchange->is_busy());
}

TEST_CASE("websocket: rules whose breach ends the connection") {
  const auto breach = [](const std::string& bytes, WebSocketCall call = {}) {
    Conversation talk(call);
    talk.switch_over();
    talk.said();
    CHECK(talk.receive(bytes) == ConnectionReuse::close);
    CHECK(talk.sink.lines == Lines{"0 failed malformed"});
    return talk.sink.reason + Conversation::unmasked(std::string(talk.exchange->farewell()));
  };
  CHECK_THAT(breach("\x81\x81mask"
                    "x"),
             Catch::Contains("masks its frames") && Catch::Contains("\x03\xea "));
  CHECK_THAT(breach(frame(Opcode::continuation, "x")), Catch::Contains("continuation of nothing"));
  CHECK_THAT(breach(frame(Opcode::text, "x", false) + text("y")), Catch::Contains("inside another one"));
  CHECK_THAT(breach(text("\xff")), Catch::Contains("not UTF-8") && Catch::Contains("\x03\xef "));
  CHECK_THAT(breach(frame(Opcode::close, "\x03")), Catch::Contains("close frame has a code"));
  WebSocketCall small;
  small.message_limit = 10;
  CHECK_THAT(breach("\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"
                    "x"s,
                    small),
             Catch::Contains("longer than 10 bytes") && Catch::Contains("\x03\xf1 "));
  CHECK_THAT(breach(frame(Opcode::text, "123456", false) + frame(Opcode::continuation, "123456"), small),
             Catch::Contains("longer than 10 bytes"));
  std::string flood;
  for (int i = 0; i < 10'001; ++i) flood += frame(Opcode::pong, "");
  CHECK_THAT(breach(flood), Catch::Contains("floods"));
  flood = frame(Opcode::text, "x", false);
  for (int i = 0; i < 10'001; ++i) flood += frame(Opcode::continuation, "", false);
  CHECK_THAT(breach(flood), Catch::Contains("floods"));
}

TEST_CASE("websocket: binary messages need not be UTF-8") {
  Conversation talk({.kind = MessageKind::binary}, "\xff");
  talk.switch_over();
  CHECK(static_cast<unsigned char>(talk.said()[0]) == 0x82);
  talk.receive(frame(Opcode::binary, "\xff"));
  CHECK(talk.sink.lines == Lines{"0 response 101"});
}

}  // namespace
}  // namespace iter8::load
