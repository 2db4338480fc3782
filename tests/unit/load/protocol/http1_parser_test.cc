#include "load/protocol/http1_parser.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace iter8::load {
namespace {

using State = Http1Parser::State;
using Body = Http1Parser::Body;

struct Read {
  State state = State::reading;
  int status = 0;
  bool keeps_alive = false;
  std::size_t used = 0;
  std::string problem;

  bool operator==(const Read&) const = default;
};

/// Feeds the parser pieces of the given sizes (the last one repeats) and stops where it stops.
Read read_in_pieces(std::string_view bytes, const std::vector<std::size_t>& sizes,
                    Body body = Body::by_fields) {
  Http1Parser parser;
  parser.start(body);
  std::size_t used = 0;
  std::size_t piece = 0;
  while (used < bytes.size() && parser.state() == State::reading) {
    const std::size_t size = sizes[std::min(piece++, sizes.size() - 1)];
    const std::string copy(
        bytes.substr(used, size));  // its own memory, so that a sanitizer sees reads beyond it
    used += parser.read(copy);
  }
  Read result{
      .state = parser.state(), .status = parser.status(), .keeps_alive = parser.keeps_alive(), .used = used};
  if (result.state == State::malformed)
    result = {.state = result.state, .problem = std::string(parser.problem())};
  return result;
}

/// The same response however the bytes are cut: in one piece, byte by byte, and in two pieces cut anywhere.
Read read(std::string_view bytes, Body body = Body::by_fields) {
  const Read whole = read_in_pieces(bytes, {bytes.size()}, body);
  CHECK(read_in_pieces(bytes, {1}, body) == whole);
  for (std::size_t cut = 1; cut < bytes.size() && bytes.size() < 1000; ++cut) {
    CAPTURE(cut);
    CHECK(read_in_pieces(bytes, {cut, bytes.size()}, body) == whole);
  }
  return whole;
}

std::string problem_of(std::string_view bytes) {
  const Read result = read(bytes);
  INFO(bytes);
  CHECK(result.state == State::malformed);
  return result.problem;
}

TEST_CASE("a response with Content-Length ends after that many bytes") {
  const std::string_view response = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nServer: x\r\n\r\nhello";
  const Read result = read(response);
  CHECK(result ==
        Read{.state = State::complete, .status = 200, .keeps_alive = true, .used = response.size()});
  CHECK(read(std::string(response) + "more").used == response.size());
}

TEST_CASE("a chunked response ends after its trailers") {
  const std::string_view response =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n1A;name=\"value\"\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nX-Sum: 1\r\nContent-Length: "
      "x\r\n\r\n";
  CHECK(read(response) ==
        Read{.state = State::complete, .status = 200, .keeps_alive = true, .used = response.size()});
  CHECK(read("HTTP/1.1 200 OK\r\ntransfer-encoding:CHUNKED\r\n\r\n0\r\n\r\n").state == State::complete);
}

TEST_CASE("a response without length ends with the stream") {
  Http1Parser parser;
  parser.start(Body::by_fields);
  parser.read("HTTP/1.1 200 OK\r\n\r\nsome bytes");
  CHECK(parser.state() == State::reading);
  parser.end_of_stream();
  CHECK(parser.state() == State::complete);
  CHECK_FALSE(parser.keeps_alive());
}

TEST_CASE("the end of the stream does not complete a response that has a length or no end of its fields") {
  for (const std::string_view cut :
       {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", "HTTP/1.1 200 OK\r\nA: b\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", ""}) {
    Http1Parser parser;
    parser.start(Body::by_fields);
    parser.read(cut);
    parser.end_of_stream();
    CHECK(parser.state() == State::reading);
    CHECK(parser.started() == !cut.empty());
  }
}

TEST_CASE("interim responses are skipped") {
  const Read result = read(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: close\r\n\r\n"
      "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
  CHECK(result.state == State::complete);
  CHECK(result.status == 201);
  CHECK(result.keeps_alive);
}

TEST_CASE("204, 304 and responses to HEAD have no body, whatever their fields say") {
  for (const std::string_view start : {"HTTP/1.1 204 No Content", "HTTP/1.1 304 Not Modified"}) {
    CHECK(read(std::string(start) + "\r\nContent-Length: 10\r\n\r\n").state == State::complete);
  }
  CHECK(read("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", Body::none).state == State::complete);
  CHECK(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", Body::none).state == State::complete);
  CHECK(read("HTTP/1.1 200 OK\r\n\r\n", Body::none).state == State::complete);
}

TEST_CASE("the server decides whether the connection lives on") {
  const auto keeps = [](std::string_view version, std::string_view field) {
    return read(std::string(version) + " 200 OK\r\nContent-Length: 0\r\n" + std::string(field) + "\r\n")
        .keeps_alive;
  };
  CHECK(keeps("HTTP/1.1", ""));
  CHECK_FALSE(keeps("HTTP/1.1", "Connection: close\r\n"));
  CHECK_FALSE(keeps("HTTP/1.1", "connection: Foo , CLOSE\r\n"));
  CHECK_FALSE(keeps("HTTP/1.0", ""));
  CHECK(keeps("HTTP/1.0", "Connection: keep-alive\r\n"));
  CHECK_FALSE(keeps("HTTP/1.0", "Connection: close, keep-alive\r\n"));
}

TEST_CASE("reason, empty fields, tabs and equal lengths twice are good") {
  CHECK(read("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n").state == State::complete);
  CHECK(read("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n").state == State::complete);
  CHECK(read("HTTP/1.1 999 Na\xc3\xafve\r\nA:\r\nB: \tc\t\r\nContent-Length: 0\r\n\r\n").status == 999);
  CHECK(read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab").state == State::complete);
}

TEST_CASE("what is not a status line is malformed, as soon as that is known") {
  const std::string expected = "the response does not begin with an HTTP/1 status line";
  for (const std::string_view line :
       {"HTTP/2 200 OK", "HTTP/1.1 20 OK", "HTTP/1.1 2000", "HTTP/1.1  200 OK", "HTTP/1.1 099 Low",
        "HTTP/1.x 200 OK", "http/1.1 200 OK", "ICY 200 OK", "", "HTTP/1.1 200 O\x01K"}) {
    CHECK(problem_of(std::string(line) + "\r\n\r\n") == expected);
  }
  CHECK(problem_of("SSH-2.0-OpenSSH_9.2") == expected);
  CHECK(problem_of("\x16\x03\x01") == expected);
}

TEST_CASE("bad fields are malformed") {
  const auto problem = [](std::string_view fields) {
    return problem_of("HTTP/1.1 200 OK\r\n" + std::string(fields) + "\r\n\r\n");
  };
  CHECK(problem("A: b\r\n c") == "a field is folded over two lines");
  CHECK(problem("NoColon") == "a field has no colon");
  CHECK(problem(": x") == "a field has a bad name");
  CHECK(problem("A b: x") == "a field has a bad name");
  CHECK(problem("A : x") == "a field has a bad name");
  CHECK(problem("A: x\ry") == "a field's value holds a control character");
  CHECK(problem(std::string_view("A: x\0y", 6)) == "a field's value holds a control character");
  CHECK(problem("A: x\nB: y") == "a line ends without a carriage return");
}

TEST_CASE("lengths that could be understood in two ways are malformed") {
  const auto problem = [](std::string_view fields) {
    return problem_of("HTTP/1.1 200 OK\r\n" + std::string(fields) + "\r\n\r\n");
  };
  CHECK(problem("Content-Length: 1\r\nContent-Length: 2") == "two different Content-Lengths");
  CHECK(problem("Content-Length: 1\r\nTransfer-Encoding: chunked") ==
        "both Content-Length and Transfer-Encoding");
  for (const std::string_view bad : {"", "-1", "+1", "1 2", "1,1", "0x10", "99999999999999999999999"}) {
    CHECK(problem("Content-Length: " + std::string(bad)) == "Content-Length is not a number");
  }
  CHECK(problem("Transfer-Encoding: gzip, chunked") == "a transfer coding is not 'chunked'");
  CHECK(problem("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked") ==
        "a transfer coding is not 'chunked'");
  CHECK(problem_of("HTTP/1.0 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n") ==
        "an HTTP/1.0 response has a transfer coding");
}

TEST_CASE("bad chunks are malformed") {
  const auto problem = [](std::string_view body) {
    return problem_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(body));
  };
  CHECK(problem("\r\n") == "a chunk has a bad size line");
  CHECK(problem("g\r\n") == "a chunk has a bad size line");
  CHECK(problem("-5\r\n") == "a chunk has a bad size line");
  CHECK(problem("5 x\r\nhello\r\n") == "a chunk has a bad size line");
  CHECK(problem("ffffffffffffffffff\r\n") == "a chunk's size is too large");
  CHECK(problem("5\r\nhello!\r\n") == "a chunk is longer than its size");
  CHECK(problem("5\nhello\r\n") == "a line ends without a carriage return");
  CHECK(problem("0\r\nfolded: a\r\n b\r\n\r\n") == "a field is folded over two lines");
}

TEST_CASE("a protocol switch that was not requested is malformed") {
  CHECK(problem_of("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n") ==
        "the response switches to a protocol that was not requested");
}

TEST_CASE("what never ends hits a limit") {
  const std::string start = "HTTP/1.1 200 OK\r\n";
  const std::string long_field = start + "A: " + std::string(Http1Parser::kFieldsLimit, 'a');
  CHECK(problem_of(long_field) == "the fields are longer than 64 KiB");

  std::string many_fields = start;
  while (many_fields.size() <= Http1Parser::kFieldsLimit) many_fields += "Name: value\r\n";
  CHECK(problem_of(many_fields) == "the fields are longer than 64 KiB");

  std::string interim;
  while (interim.size() <= Http1Parser::kFieldsLimit) interim += "HTTP/1.1 100 Continue\r\n\r\n";
  CHECK(problem_of(interim) == "the fields are longer than 64 KiB");

  const std::string chunked = start + "Transfer-Encoding: chunked\r\n\r\n";
  CHECK(problem_of(chunked + "5;" + std::string(Http1Parser::kChunkLineLimit, 'x')) ==
        "a chunk's size line is longer than 4 KiB");
  CHECK(problem_of(chunked + "0\r\nA: " + std::string(Http1Parser::kFieldsLimit, 'a')) ==
        "the fields are longer than 64 KiB");
}

TEST_CASE("fields just below the limit are read") {
  const std::string start = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nA: ";
  const std::string response =
      start + std::string(Http1Parser::kFieldsLimit - start.size() - 4, 'a') + "\r\n\r\n";
  REQUIRE(response.size() == Http1Parser::kFieldsLimit);
  CHECK(read(response).state == State::complete);
}

TEST_CASE("a parser reads one response after the other") {
  Http1Parser parser;
  for (int i = 0; i < 3; ++i) {
    parser.start(Body::by_fields);
    CHECK(parser.read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n") > 0);
    CHECK(parser.state() == State::complete);
    parser.start(Body::by_fields);
    CHECK(parser.read("HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nx") > 0);
    CHECK(parser.state() == State::complete);
    CHECK(parser.status() == 404);
  }
}

// The parser remembers the last head; these are the ways in which that could go wrong.
TEST_CASE("a repeated head is read as the first time, and a similar one is not taken for it") {
  Http1Parser parser;
  const auto reads = [&parser](std::string_view bytes, Body body = Body::by_fields) {
    parser.start(body);
    const std::size_t used = parser.read(bytes);
    return Read{.state = parser.state(),
                .status = parser.status(),
                .keeps_alive = parser.keeps_alive(),
                .used = used};
  };
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
  const std::string other = "HTTP/1.1 404 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
  const Read good{.state = State::complete, .status = 200, .keeps_alive = true, .used = head.size() + 2};
  for (int i = 0; i < 2; ++i) {
    CHECK(reads(head + "ab") == good);
    CHECK(reads(head + "ab") == good);
    CHECK(reads(head + "abc") == good);
    CHECK(reads(other) == Read{.state = State::complete, .status = 404, .used = other.size()});
    CHECK(reads(head).state == State::reading);
    CHECK(parser.read("ab") == 2);
    CHECK(parser.state() == State::complete);
    CHECK(reads(head.substr(0, 20)).state == State::reading);
    CHECK(parser.read(head.substr(20) + "ab") == head.size() - 20 + 2);
    CHECK(reads(head, Body::none).used == head.size());
    CHECK(reads(head, Body::none).state == State::complete);
  }
}

}  // namespace
}  // namespace iter8::load
