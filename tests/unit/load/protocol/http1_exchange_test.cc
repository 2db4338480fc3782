#include "load/protocol/http1_exchange.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/unit/load/notes.h"

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

TEST_CASE("an answer frees the connection for the next request") {
  Notes notes;
  Http1Exchange exchange = started();
  CHECK(exchange.receive(kAnswer.substr(0, 10), notes) == ConnectionReuse::keep);
  CHECK(notes.lines.empty());
  CHECK(exchange.is_busy());
  CHECK(exchange.receive(kAnswer.substr(10), notes) == ConnectionReuse::keep);
  CHECK(notes.lines == Lines{"7 answered 200"});
  CHECK(exchange.room() == 1);
}

TEST_CASE("the connection closes when either side wants that") {
  Notes notes;
  CHECK(started(KeepAlive::off).receive(kAnswer, notes) == ConnectionReuse::close);
  CHECK(started().receive("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", notes) ==
        ConnectionReuse::close);
  CHECK(notes.lines == Lines{"7 answered 200", "7 answered 200"});
}

TEST_CASE("an answer before the request is sent counts, but the connection closes") {
  Notes notes;
  Http1Exchange exchange({.request = kRequest});
  exchange.open();
  exchange.start(7);
  exchange.sent(3);
  CHECK(exchange.receive("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n", notes) ==
        ConnectionReuse::close);
  CHECK(notes.lines == Lines{"7 answered 413"});
}

TEST_CASE("bytes after the end of the answer make it malformed") {
  Notes notes;
  CHECK(started().receive(std::string(kAnswer) + "!", notes) == ConnectionReuse::close);
  CHECK(notes.lines == Lines{"7 failed malformed"});
}

TEST_CASE("bytes nobody asked for close the idle connection without an error") {
  Notes notes;
  Http1Exchange exchange = started();
  CHECK(exchange.receive(kAnswer, notes) == ConnectionReuse::keep);
  CHECK(exchange.receive("HTTP/1.1 408 Request Timeout\r\n\r\n", notes) == ConnectionReuse::close);
  CHECK(notes.lines == Lines{"7 answered 200"});
}

TEST_CASE("the end of the stream is an early close, unless it is the answer's end") {
  Notes notes;
  started().end_of_stream(notes);
  Http1Exchange cut = started();
  cut.receive("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", notes);
  cut.end_of_stream(notes);
  Http1Exchange delimited = started();
  delimited.receive("HTTP/1.1 200 OK\r\n\r\nall of it", notes);
  delimited.end_of_stream(notes);
  CHECK(notes.lines == Lines{"7 failed early-close", "7 failed early-close", "7 answered 200"});
}

TEST_CASE("without a request in in_flight the end of the connection is no news") {
  Notes notes;
  Http1Exchange exchange = started();
  exchange.receive(kAnswer, notes);
  exchange.end_of_stream(notes);
  exchange.broken(ErrorClass::reset, "reset", notes);
  CHECK(notes.lines == Lines{"7 answered 200"});
}

TEST_CASE("a broken connection fails its request once") {
  Notes notes;
  Http1Exchange exchange = started();
  exchange.broken(ErrorClass::reset, "reset", notes);
  exchange.broken(ErrorClass::reset, "reset", notes);
  CHECK(notes.lines == Lines{"7 failed reset"});
}

TEST_CASE("an abandoned request ends silently and takes the connection with it") {
  Notes notes;
  Http1Exchange exchange = started();
  CHECK(exchange.abandon(7) == ConnectionReuse::close);
  exchange.end_of_stream(notes);
  CHECK(notes.lines.empty());
}

}  // namespace
}  // namespace iter8::load
