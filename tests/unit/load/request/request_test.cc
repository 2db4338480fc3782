#include "load/request/request.h"

#include <catch2/catch.hpp>

#include "base/error.h"

namespace iter8::load {
namespace {

Target target_of(const std::string& url) {
  std::string problem;
  Target target;
  target.url = net::parse_url(url, problem).value();
  return target;
}

std::string problem_of(const Target& target) {
  try {
    request_text(target, KeepAlive::on);
  } catch (const base::Error& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("a plain GET has a host and a user agent") {
  CHECK(request_text(target_of("http://h:81/a?b"), KeepAlive::on) ==
        "GET /a?b HTTP/1.1\r\nHost: h:81\r\nUser-Agent: iter8\r\n\r\n");
}

TEST_CASE("a body is announced with its length") {
  Target target = target_of("h");
  target.method = "POST";
  target.body = "{}";
  target.headers = {{"Content-Type", "application/json"}};
  CHECK(request_text(target, KeepAlive::on) ==
        "POST / HTTP/1.1\r\nHost: h\r\nUser-Agent: iter8\r\nContent-Length: 2\r\n"
        "Content-Type: application/json\r\n\r\n{}");
}

TEST_CASE("a method that usually has a body says so when it has none") {
  Target target = target_of("h");
  target.method = "POST";
  CHECK_THAT(request_text(target, KeepAlive::on), Catch::Contains("Content-Length: 0\r\n"));
}

TEST_CASE("the target's own fields replace the usual ones, in any case") {
  Target target = target_of("http://user:pass@h/");
  target.headers = {
      {"host", "other"}, {"user-agent", "mine"}, {"authorization", "Bearer t"}, {"connection", "x"}};
  CHECK(request_text(target, KeepAlive::off) ==
        "GET / HTTP/1.1\r\nhost: other\r\nuser-agent: mine\r\nauthorization: Bearer t\r\nconnection: "
        "x\r\n\r\n");
}

// "Aladdin:open sesame" is the example of RFC 7617.
TEST_CASE("user info becomes basic authorization") {
  CHECK_THAT(request_text(target_of("http://Aladdin:open%20sesame@h/"), KeepAlive::on),
             Catch::Contains("Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"));
}

TEST_CASE("without keep-alive the request asks to close") {
  CHECK_THAT(request_text(target_of("h"), KeepAlive::off), Catch::Contains("Connection: close\r\n"));
}

TEST_CASE("what cannot be sent is refused with its place") {
  Target target = target_of("http://h/x");
  target.method = "GE T";
  CHECK(problem_of(target) == "http://h/x: 'GE T' is not an HTTP method");

  target = target_of("http://h/x");
  target.headers = {{"A b", "c"}};
  CHECK(problem_of(target) == "http://h/x: 'A b' is not the name of a header field");
  target.headers = {{"A", "b\r\nEvil: c"}};
  CHECK(problem_of(target) == "http://h/x: the header field 'A' holds a control character");
  target.headers = {{"Transfer-Encoding", "chunked"}};
  CHECK(problem_of(target) ==
        "http://h/x: the header field 'Transfer-Encoding' cannot be set: bodies are sent with their length");
  target.headers = {{"Content-Length", "5"}};
  CHECK(problem_of(target) ==
        "http://h/x: the header field 'Content-Length: 5' contradicts the body of 0 bytes");
}

}  // namespace
}  // namespace iter8::load
