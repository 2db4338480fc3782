#include "load/protocol/http1_exchange.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/unit/load/recording_sink.h"

namespace iter8::load {
namespace {

constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

Http1Exchange started(KeepAlive keep_alive = KeepAlive::on) {
  Http1Exchange exchange({.request = kRequest, .keep_alive = keep_alive});
  exchange.open();
  exchange.start(7);
  exchange.sent(kRequest.size());
  return exchange;
}

TEST_CASE("the request is offered until all of it is sent") {
  Http1Exchange exchange({.request = kRequest});
  exchange.open();
  CHECK(exchange.room() == 1);
  CHECK(exchange.output().empty());

  exchange.start(1);
  CHECK(exchange.room() == 0);
  CHECK(std::string(exchange.output().begin(), exchange.output().end()) == kRequest);
  exchange.sent(4);
  CHECK(std::string(exchange.output().begin(), exchange.output().end()) == kRequest.substr(4));
  exchange.sent(kRequest.size() - 4);
  CHECK(exchange.output().empty());
}

TEST_CASE("a response frees the connection for the next request") {
  RecordingSink sink;
  Http1Exchange exchange = started();
  CHECK(exchange.receive(kAnswer.substr(0, 10), sink) == ConnectionReuse::keep);
  CHECK(sink.lines.empty());
  CHECK(exchange.is_busy());
  CHECK(exchange.receive(kAnswer.substr(10), sink) == ConnectionReuse::keep);
  CHECK(sink.lines == Lines{"7 response 200"});
  CHECK(exchange.room() == 1);
}

TEST_CASE("a response that comes in several reads is reported when it begins, once") {
  RecordingSink sink;
  Http1Exchange exchange = started();
  for (const char each : kAnswer) exchange.receive(std::string_view(&each, 1), sink);
  CHECK(sink.progress == Lines{"7 begins"});
  CHECK(sink.lines == Lines{"7 response 200"});

  exchange.start(8);
  exchange.sent(kRequest.size());
  exchange.receive(kAnswer, sink);
  CHECK(sink.lines.size() == 2);
  CHECK(sink.progress.size() == 1);

  exchange.start(9);
  exchange.sent(kRequest.size());
  exchange.receive(kAnswer.substr(0, 1), sink);
  CHECK(sink.progress == Lines{"7 begins", "9 begins"});
}

TEST_CASE("the connection closes when either side wants that") {
  RecordingSink sink;
  CHECK(started(KeepAlive::off).receive(kAnswer, sink) == ConnectionReuse::close);
  CHECK(started().receive("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", sink) ==
        ConnectionReuse::close);
  CHECK(sink.lines == Lines{"7 response 200", "7 response 200"});
}

TEST_CASE("a response before the request is sent counts, but the connection closes") {
  RecordingSink sink;
  Http1Exchange exchange({.request = kRequest});
  exchange.open();
  exchange.start(7);
  exchange.sent(3);
  CHECK(exchange.receive("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n", sink) ==
        ConnectionReuse::close);
  CHECK(sink.lines == Lines{"7 response 413"});
}

TEST_CASE("bytes after the end of the response make it malformed") {
  RecordingSink sink;
  CHECK(started().receive(std::string(kAnswer) + "!", sink) == ConnectionReuse::close);
  CHECK(sink.lines == Lines{"7 failed malformed"});
}

TEST_CASE("unsolicited bytes close the idle connection without an error") {
  RecordingSink sink;
  Http1Exchange exchange = started();
  CHECK(exchange.receive(kAnswer, sink) == ConnectionReuse::keep);
  CHECK(exchange.receive("HTTP/1.1 408 Request Timeout\r\n\r\n", sink) == ConnectionReuse::close);
  CHECK(sink.lines == Lines{"7 response 200"});
}

TEST_CASE("the end of the stream is an early close, unless it is the response's end") {
  RecordingSink sink;
  started().end_of_stream(sink);
  Http1Exchange cut = started();
  cut.receive("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", sink);
  cut.end_of_stream(sink);
  Http1Exchange delimited = started();
  delimited.receive("HTTP/1.1 200 OK\r\n\r\nall of it", sink);
  delimited.end_of_stream(sink);
  CHECK(sink.lines == Lines{"7 failed early-close", "7 failed early-close", "7 response 200"});
}

TEST_CASE("without a request in in_flight the end of the connection is not news") {
  RecordingSink sink;
  Http1Exchange exchange = started();
  exchange.receive(kAnswer, sink);
  exchange.end_of_stream(sink);
  exchange.broken(ErrorClass::reset, "reset", sink);
  CHECK(sink.lines == Lines{"7 response 200"});
}

TEST_CASE("a broken connection fails its request once") {
  RecordingSink sink;
  Http1Exchange exchange = started();
  exchange.broken(ErrorClass::reset, "reset", sink);
  exchange.broken(ErrorClass::reset, "reset", sink);
  CHECK(sink.lines == Lines{"7 failed reset"});
}

TEST_CASE("an abandoned request ends silently and takes the connection with it") {
  RecordingSink sink;
  Http1Exchange exchange = started();
  CHECK(exchange.abandon(7) == ConnectionReuse::close);
  exchange.end_of_stream(sink);
  CHECK(sink.lines.empty());
}

}  // namespace
}  // namespace iter8::load
