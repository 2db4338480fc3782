#include <string>

#include <catch2/catch.hpp>

#include "tests/unit/load/call_talk.h"

namespace iter8::load {
namespace {

TEST_CASE("a stream sends all its messages at once, or one after the other") {
  CallTalk at_once(streaming({"a", "b"}));
  CHECK(at_once.read(at_once.said) == "H1 D1.:" + grpc_message("a") + grpc_message("b"));

  GrpcCall call = streaming({"a", "b"});
  call.stream_count = 3;
  CallTalk repeated(call);
  CHECK(repeated.read(repeated.said) ==
        "H1 D1.:" + grpc_message("a") + grpc_message("b") + grpc_message("a"));

  call.stream_interval = milliseconds(10);
  CallTalk slowly(call);
  CHECK(slowly.read(slowly.said) == "H1 D1:" + grpc_message("a"));
  CHECK(slowly.exchange->next_wake() == slowly.now + milliseconds(10));
  CHECK(slowly.pass(milliseconds(9)).empty());
  CHECK(slowly.pass(milliseconds(2)) == "D1:" + grpc_message("b"));
  CHECK(slowly.exchange->next_wake() == slowly.now + milliseconds(9));
  CHECK(slowly.pass(milliseconds(9)) == "D1.:" + grpc_message("a"));
  CHECK_FALSE(slowly.exchange->next_wake());
  slowly.receive(grpc_head(1) + grpc_data(1, grpc_message("x") + grpc_message("y")) + grpc_trailers(1, "0"));
  CHECK(slowly.sink.lines == Lines{"0 response 0"});
  const MessageCounts counts = slowly.exchange->take_message_counts();
  CHECK(counts.sent == 3);
  CHECK(counts.received == 2);
}

TEST_CASE("a stream without messages ends at once") {
  CallTalk talk(streaming({}));
  CHECK(talk.read(talk.said) == "H1.");
}

TEST_CASE("the client closes its side of a stream when the stream's time is over") {
  GrpcCall call = streaming({"a"});
  call.stream_interval = milliseconds(10);
  call.stream_duration = milliseconds(25);
  CallTalk talk(call);
  CHECK(talk.read(talk.said) == "H1 D1:" + grpc_message("a"));
  CHECK(talk.pass(milliseconds(10)) == "D1:" + grpc_message("a"));
  CHECK(talk.pass(milliseconds(10)) == "D1:" + grpc_message("a"));
  CHECK(talk.pass(milliseconds(5)) == "D1.:");
  CHECK_FALSE(talk.exchange->next_wake());
  talk.receive(grpc_head(1) + grpc_trailers(1, "0"));
  CHECK(talk.sink.lines == Lines{"0 response 0"});
}

TEST_CASE("a server's stream is cancelled after enough messages or time, and that is not an error") {
  GrpcCall call = unary();
  call.server_streams = true;
  call.stream_count = 2;
  CallTalk counted(call);
  counted.receive(grpc_head(1) + grpc_data(1, grpc_message("a")));
  CHECK(counted.sink.lines.empty());
  counted.receive(grpc_data(1, grpc_message("b") + grpc_message("c")));
  CHECK(counted.sink.lines == Lines{"0 response 0"});
  CHECK(counted.read(counted.drain()) == "R1");

  call.stream_count.reset();
  call.stream_duration = milliseconds(20);
  CallTalk timed(call);
  timed.receive(grpc_head(1) + grpc_data(1, grpc_message("a")));
  CHECK(timed.pass(milliseconds(19)).empty());
  CHECK(timed.pass(milliseconds(1)) == "R1");
  CHECK(timed.sink.lines == Lines{"0 response 0"});
}

TEST_CASE("a stream of any length is sent piece by piece") {
  GrpcCall call = streaming({std::string(100'000, 'x')});
  call.stream_count = 40;
  CallTalk talk(call);
  CHECK(talk.said.size() < 300'000);
  std::size_t sent = 0;
  for (int i = 0; i < 1000 && talk.exchange->is_busy(); ++i) {
    std::string more;
    append_u32(more, 65535);
    talk.receive(frame(FrameType::window_update, 0, 0, more) + frame(FrameType::window_update, 0, 1, more));
    const std::string bytes = talk.drain();
    sent += bytes.size();
    if (bytes.empty()) break;
  }
  CHECK(sent > 39 * 100'000);
  CHECK(talk.exchange->take_message_counts().sent == 40);
  talk.receive(grpc_head(1) + grpc_trailers(1, "0"));
  CHECK(talk.sink.lines == Lines{"0 response 0"});
}

TEST_CASE("a response that comes before the stream was sent cancels the rest") {
  GrpcCall call = streaming({"a"});
  call.stream_count = 2;
  call.stream_interval = seconds(1);
  CallTalk talk(call);
  talk.receive(grpc_head(1) + grpc_trailers(1, "3", "no"));
  CHECK(talk.sink.lines == Lines{"0 error 3 invalid-argument: no"});
  CHECK(talk.read(talk.drain()) == "R1");
  CHECK_FALSE(talk.exchange->next_wake());
}

}  // namespace
}  // namespace iter8::load
