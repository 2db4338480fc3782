#include <string>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/load/call_talk.h"

namespace iter8::load {
namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("a unary call is one message, and ends with the status in the trailers") {
  CallTalk talk(unary());
  CHECK(talk.fields ==
        ":method: POST\n:scheme: http\n:authority: h\n:path: /pkg.Service/Method\nte: trailers\n"
        "content-type: application/grpc\nuser-agent: iter8\ngrpc-accept-encoding: identity,deflate,gzip\n"
        "grpc-timeout: 5000m\n");
  CHECK(has(talk.said, grpc_message("question")));
  talk.receive(grpc_head(1) + grpc_data(1, grpc_message("answer")));
  CHECK(talk.sink.lines.empty());
  talk.receive(grpc_trailers(1, "0"));
  CHECK(talk.sink.lines == Lines{"0 response 0"});
  const MessageCounts counts = talk.exchange->take_message_counts();
  CHECK(counts.sent == 1);
  CHECK(counts.bytes_sent == 8);
  CHECK(counts.received == 1);
  CHECK(counts.bytes_received == 6);
}

TEST_CASE("calls in the same connection cost few bytes, also with the time that is left") {
  CallTalk talk(unary());
  talk.start(seconds(5));
  talk.drain();
  talk.now += milliseconds(3);
  talk.start(seconds(5) - milliseconds(3));
  CHECK(talk.drain().size() <= 9 + 26 + 9 + grpc_message("question").size());
  talk.start(milliseconds(1234));
  talk.read(talk.drain());
  talk.start(milliseconds(57));
  talk.read(talk.drain());
  talk.start(milliseconds(-3));
  talk.fields.clear();
  talk.read(talk.drain());
  CHECK(has(talk.fields, "grpc-timeout: 1m\n"));
}

TEST_CASE("the time left is rounded up") {
  CallTalk talk(unary(), 0);
  talk.start(milliseconds(1234));
  talk.start(milliseconds(57));
  talk.read(talk.drain());
  CHECK(has(talk.fields, "grpc-timeout: 1250m\n"));
  CHECK(has(talk.fields, "grpc-timeout: 57m\n"));
}

TEST_CASE("a status other than ok is an error by its number, with the server's words") {
  CallTalk talk(unary(), 4);
  talk.receive(grpc_head(1) + grpc_trailers(1, "14", "no%20upstream%21 100%"));
  talk.receive(grpc_head(3) + grpc_data(3, grpc_message("part")) + grpc_trailers(3, "4"));
  talk.receive(grpc_head(5) + grpc_trailers(5, "77"));
  talk.receive(
      frame(FrameType::headers, kEndHeaders | kEndStream, 7,
            kGrpcHead + plain_field("grpc-status", "12") + plain_field("grpc-message", "unknown method")));
  CHECK(talk.sink.lines == Lines{"0 error 14 unavailable: no upstream! 100%", "1 error 4 deadline-exceeded",
                                 "2 error 2 unknown: grpc-status is '77'",
                                 "3 error 12 unimplemented: unknown method"});
}

TEST_CASE("equal responses are read the same when they are not decoded again") {
  CallTalk talk(unary(), 8);
  const std::string good = grpc_data(1, grpc_message("a"));
  for (const std::uint32_t id : {1U, 3U, 5U})
    talk.receive(grpc_head(id) + grpc_data(id, grpc_message("a")) + grpc_trailers(id, "0"));
  talk.receive(grpc_head(7) + grpc_trailers(7, "5", "gone"));
  talk.receive(grpc_head(9) + grpc_trailers(9, "5", "lost"));
  talk.receive(grpc_head(11) + grpc_data(11, grpc_message("a")) + grpc_trailers(11, "0"));
  talk.receive(
      frame(FrameType::headers, kEndHeaders | kEndStream, 13, kGrpcHead + plain_field("grpc-status", "3")));
  talk.receive(grpc_head(15) + grpc_data(15, grpc_message("a")) + grpc_trailers(15, "0"));
  CHECK(talk.sink.lines == Lines{"0 response 0", "1 response 0", "2 response 0", "3 error 5 not-found: gone",
                                 "4 error 5 not-found: lost", "5 response 0", "6 error 3 invalid-argument",
                                 "7 response 0"});
}

TEST_CASE("a proxy's page is the status that its HTTP status stands for") {
  CallTalk talk(unary(), 3);
  const auto page = [](const std::string& status) {
    return "\x08\x03"s + status + plain_field("content-type", "text/html");
  };
  talk.receive(grpc_head(1, page("502")) + frame(FrameType::data, kEndStream, 1, "<html>"));
  talk.receive(grpc_head(3, page("404")) + frame(FrameType::data, kEndStream, 3, "<html>"));
  talk.receive(grpc_head(5, page("200")) + frame(FrameType::data, kEndStream, 5, "<html>"));
  CHECK(talk.sink.lines ==
        Lines{"0 error 14 unavailable: the response has HTTP status 502 and no grpc-status",
              "1 error 12 unimplemented: the response has HTTP status 404 and no grpc-status",
              "2 failed malformed"});
  CHECK(talk.sink.reason == "gRPC: the response is not gRPC by its Content-Type");
}

TEST_CASE("a status that gRPC does not know is quoted, as a whole or not at all") {
  CallTalk talk(unary(), 5);
  talk.receive(grpc_head(1) + grpc_trailers(1, "-1", "why"));
  talk.receive(grpc_head(3) + grpc_trailers(3, "abc"));
  talk.receive(grpc_head(5) + grpc_trailers(5, "abc"));
  talk.receive(grpc_head(7) + grpc_trailers(7, std::string(100, '9')));
  talk.receive(grpc_head(9) + grpc_trailers(9, "2"));
  CHECK(talk.sink.lines ==
        Lines{"0 error 2 unknown: grpc-status is '-1': why", "1 error 2 unknown: grpc-status is 'abc'",
              "2 error 2 unknown: grpc-status is 'abc'",
              "3 error 2 unknown: grpc-status is a text of 100 bytes", "4 error 2 unknown"});
}

TEST_CASE("an answer that is not gRPC by its Content-Type is malformed, whatever its grpc-status") {
  for (const std::string type :
       {"application/json", "application/grpc-web", "application/grpcs", "text/html"}) {
    CallTalk talk(unary());
    talk.receive(grpc_head(1, "\x88" + plain_field("content-type", type)) +
                 grpc_data(1, grpc_message("answer")) + grpc_trailers(1, "0"));
    CHECK(talk.sink.lines == Lines{"0 failed malformed"});
    CHECK(talk.sink.reason == "gRPC: the response is not gRPC by its Content-Type");
  }
  for (const std::string type : {"application/grpc+proto", "application/grpc;a=b", "Application/gRPC"}) {
    CallTalk talk(unary());
    talk.receive(grpc_head(1, "\x88" + plain_field("content-type", type)) +
                 grpc_data(1, grpc_message("answer")) + grpc_trailers(1, "0"));
    CHECK(talk.sink.lines == Lines{"0 response 0"});
  }
}

TEST_CASE("the second message of one that is expected ends the call, and the stream is reset") {
  for (const bool client_streams : {false, true}) {
    GrpcCall call = unary();
    call.client_streams = client_streams;
    std::vector<std::string> seen;
    call.observer = [&seen](std::string_view message) { seen.emplace_back(message); };
    CallTalk talk(call, 2);
    talk.receive(grpc_head(1) + grpc_data(1, grpc_message("a")));
    CHECK(talk.sink.lines.empty());
    std::string endless;
    for (int i = 0; i < 100; ++i) endless += grpc_message("b");
    talk.receive(grpc_data(1, endless) + grpc_data(1, endless));
    CHECK(talk.sink.lines == Lines{"0 failed malformed"});
    CHECK(talk.sink.reason == "gRPC: a response of 2 messages, expected one");
    CHECK(talk.read(talk.drain()) == "R1");
    CHECK(seen == std::vector<std::string>{"a"});
    CHECK(talk.exchange->take_message_counts().received == 2);
    talk.receive(grpc_head(3) + grpc_data(3, grpc_message("c")) + grpc_trailers(3, "0"));
    CHECK(talk.sink.lines == Lines{"0 failed malformed", "1 response 0"});
  }
}

TEST_CASE("messages count as sent once the server's window takes them") {
  CallTalk talk(unary({std::string(30'000, 'x'), std::string(50'000, 'y')}), 2);
  CHECK(talk.exchange->take_message_counts().sent == 1);
  std::string more;
  append_u32(more, 100'000);
  talk.receive(frame(FrameType::window_update, 0, 0, more));
  talk.drain();
  const MessageCounts counts = talk.exchange->take_message_counts();
  CHECK(counts.sent == 1);
  CHECK(counts.bytes_sent == 50'000);

  GrpcCall call = streaming({std::string(700, 'a'), std::string(900, 'b')});
  call.gzip = true;
  CallTalk packed(call);
  const MessageCounts sizes = packed.exchange->take_message_counts();
  CHECK(sizes.sent == 2);
  CHECK(sizes.bytes_sent == 1600);
}

TEST_CASE("responses that break the rules of gRPC are malformed") {
  CallTalk talk(unary(), 7);
  const auto fails = [&](std::uint32_t id, const std::string& bytes) {
    talk.receive(grpc_head(id, kGrpcHead + plain_field("grpc-encoding", "gzip")) + bytes);
    return talk.sink.reason;
  };
  CHECK(fails(1, grpc_trailers(1, "0")) == "gRPC: a response of 0 messages, expected one");
  CHECK(fails(3, grpc_data(3, grpc_message("a") + grpc_message("b")) + grpc_trailers(3, "0")) ==
        "gRPC: a response of 2 messages, expected one");
  CHECK(fails(5, grpc_data(5, grpc_message("abc").substr(0, 6)) + grpc_trailers(5, "0")) ==
        "gRPC: the response ends within a message");
  CHECK(fails(7, frame(FrameType::data, kEndStream, 7, grpc_message("a"))) ==
        "gRPC: the response ends without grpc-status");
  CHECK(fails(9, grpc_data(9, "\0\x7f\0\0\0"s)) ==
        "gRPC: a message of 2130706432 bytes is larger than the limit of 67108864");
  CHECK(fails(11, grpc_data(11, "\1\0\0\0\3abc"s)) == "gRPC: a message cannot be decompressed");
  std::string excess = grpc_message("abc", GrpcCompression::gzip) + "xx";
  excess[4] = static_cast<char>(excess.size() - 5);
  CHECK(fails(13, grpc_data(13, excess)) == "gRPC: bytes follow the compressed data of a message");
  CHECK(talk.sink.lines.size() == 7);
  CHECK_FALSE(talk.exchange->is_busy());
}

TEST_CASE("a message may come in any pieces, and compressed") {
  CallTalk talk(unary());
  talk.receive(grpc_head(1, kGrpcHead + plain_field("grpc-encoding", "gzip")));
  for (const char byte : grpc_message(std::string(500, 'x'), GrpcCompression::gzip))
    talk.receive(grpc_data(1, {byte}));
  talk.receive(grpc_trailers(1, "0"));
  CHECK(talk.sink.lines == Lines{"0 response 0"});
  CHECK(talk.exchange->take_message_counts().bytes_received == 500);
}

TEST_CASE("messages of a list are sent in turn") {
  CallTalk talk(unary({"a", "b", "c"}), 4);
  CHECK(talk.read(talk.said).empty() == false);
  const std::string expected = "D1.:" + grpc_message("a") + " D3.:" + grpc_message("b") +
                               " D5.:" + grpc_message("c") + " D7.:" + grpc_message("a");
  CallTalk again(unary({"a", "b", "c"}), 4);
  CHECK(has(again.read(again.said), expected));
}

TEST_CASE("messages with placeholders are encoded for each call, or for each message") {
  GrpcCall call = streaming({"{{seq}} {{uuid}}", "{{seq}} {{uuid}}"});
  call.encoder = [](std::string_view text, std::string& out) { out += "<" + std::string(text) + ">"; };
  const auto bodies = [](CallTalk& talk) {
    const std::string said = talk.read(talk.said);
    return std::pair(said.substr(said.find('<'), 40), said.substr(said.rfind('<'), 40));
  };
  CallTalk same(call, 2);
  const auto [first, last] = bodies(same);
  CHECK(first.starts_with("<0 "));
  CHECK(last.starts_with("<1 "));

  CallTalk one(call);
  const auto [one_first, one_last] = bodies(one);
  CHECK(one_first == one_last);
  call.dynamic_messages = true;
  CallTalk dynamic(call);
  const auto [dynamic_first, dynamic_last] = bodies(dynamic);
  CHECK(dynamic_first.substr(0, 3) == dynamic_last.substr(0, 3));
  CHECK(dynamic_first != dynamic_last);
}

TEST_CASE("a message that cannot be encoded ends the load") {
  GrpcCall call = unary();
  call.encoder = [](std::string_view /*text*/, std::string& /*out*/) { throw base::Error("no such field"); };
  CallTalk talk(call, 0);
  CHECK_THROWS_WITH(talk.start(seconds(5)), "no such field");
}

TEST_CASE("metadata are fields, binary ones in base64") {
  CallTalk talk(unary(), 1, {{"X-Trace", " abc "}, {"key-bin", "\1\2\3"s}, {"Host", "other:1"}});
  CHECK(has(talk.fields, ":authority: other:1\n"));
  CHECK(has(talk.fields, "x-trace: abc\n"));
  CHECK(has(talk.fields, "key-bin: AQID\n"));
  CHECK_THROWS_WITH(CallTalk(unary(), 1, {{"grpc-timeout", "1S"}}),
                    Catch::Contains("belongs to the protocol"));
  CHECK_THROWS_WITH(CallTalk(unary(), 1, {{"a", "caf\xc3\xa9"}}), Catch::Contains("not printable ASCII"));
}

TEST_CASE("compressed messages say so") {
  GrpcCall call = unary();
  call.gzip = true;
  CallTalk talk(call);
  CHECK(has(talk.fields, "grpc-encoding: gzip\n"));
  CHECK(has(talk.said, grpc_message("question", GrpcCompression::gzip)));
}

TEST_CASE("a connection whose server gives no sign of life is broken") {
  GrpcCall call = unary();
  call.keepalive = seconds(10);
  CallTalk talk(call);
  CHECK(talk.exchange->next_wake() == talk.now + seconds(10));
  CHECK(talk.pass(seconds(10)) == "P");
  talk.receive(frame(FrameType::ping, kAck, 0, talk.ping));
  CHECK(talk.pass(seconds(10)) == "P");
  CHECK(talk.reuse == ConnectionReuse::keep);
  CHECK(talk.pass(seconds(20)).empty());
  CHECK(talk.reuse == ConnectionReuse::close);
  CHECK(talk.sink.lines == Lines{"0 failed reset"});
  CHECK(has(talk.sink.reason, "did not acknowledge a ping"));
}

TEST_CASE("a server without HTTP/2 is named") {
  CallTalk talk(unary(), 0);
  talk.exchange->open();
  talk.start(seconds(1));
  CHECK(talk.receive("HTTP/1.1 400 Bad Request\r\n\r\n") == ConnectionReuse::close);
  CHECK(has(talk.sink.reason, "does not speak HTTP/2, which gRPC needs"));
}

}  // namespace
}  // namespace iter8::load
