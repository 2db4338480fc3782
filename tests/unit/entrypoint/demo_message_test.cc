#include <catch2/catch.hpp>

#include "entrypoint/demo/message.h"

using namespace iter8::demo;
using State = RequestHead::State;

TEST_CASE("a request's head is read with method, path, body length and connection") {
  const RequestHead head =
      read_head("POST /order?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
  CHECK(head.state == State::complete);
  CHECK(head.method == "POST");
  CHECK(head.path == "/order");
  CHECK(head.body == 5);
  CHECK_FALSE(head.keep_alive);
}

TEST_CASE("a head that is not there yet is incomplete at every byte") {
  const std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  for (std::size_t i = 0; i < request.size(); ++i)
    CHECK(read_head(std::string_view(request).substr(0, i)).state == State::incomplete);
  CHECK(read_head(request).state == State::complete);
}

TEST_CASE("what is not a request of HTTP/1.1, or too long, is bad") {
  for (const char* text :
       {"\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/1.0\r\n\r\n", "GET x HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"})
    CHECK(read_head(text).state == State::bad);
  CHECK(read_head(std::string(70'000, 'x')).state == State::bad);
}

TEST_CASE("an answer to HEAD has the length of its body, but no body") {
  CHECK(to_wire({.body = "ok\n"}, "HEAD", AfterResponse::close) ==
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\nConnection: close\r\n\r\n");
}
