#include "net/url.h"

#include <catch2/catch.hpp>

namespace iter8::net {
namespace {

Url parsed(std::string_view text) {
  std::string problem;
  const std::optional<Url> url = parse_url(text, problem);
  INFO(text << " " << problem);
  REQUIRE(url.has_value());
  return *url;
}

std::string problem_of(std::string_view text) {
  std::string problem;
  INFO(text);
  CHECK_FALSE(parse_url(text, problem).has_value());
  return problem;
}

TEST_CASE("a full URL is taken apart") {
  const Url url = parsed("https://api.example.org:8443/v1/items?page=2&x=%20");
  CHECK(url.secure);
  CHECK(url.host == "api.example.org");
  CHECK(url.port == 8443);
  CHECK(url.target == "/v1/items?page=2&x=%20");
  CHECK(url.authority() == "api.example.org:8443");
  CHECK(url.to_text() == "https://api.example.org:8443/v1/items?page=2&x=%20");
}

TEST_CASE("a text without a scheme means http") {
  CHECK(parsed("localhost:8080/x") == parsed("http://localhost:8080/x"));
  CHECK(parsed("example.org") == parsed("http://example.org/"));
  CHECK(parsed("example.org/a://b").target == "/a://b");
}

TEST_CASE("the scheme's own port is not written") {
  CHECK(parsed("http://h").port == 80);
  CHECK(parsed("https://h").port == 443);
  CHECK(parsed("http://h:80/").authority() == "h");
  CHECK(parsed("https://h:443/").authority() == "h");
  CHECK(parsed("http://h:443/").authority() == "h:443");
}

TEST_CASE("the target is at least a slash and never holds a fragment") {
  CHECK(parsed("http://h").target == "/");
  CHECK(parsed("http://h?q=1").target == "/?q=1");
  CHECK(parsed("http://h/a#part").target == "/a");
  CHECK(parsed("http://h#part").target == "/");
}

TEST_CASE("an IPv6 address stands in brackets, in the URL and in the Host header") {
  const Url url = parsed("http://[::1]:8080/");
  CHECK(url.host == "::1");
  CHECK(url.port == 8080);
  CHECK(url.authority() == "[::1]:8080");
  CHECK(parsed("http://[fe80::1%25eth0]/").host == "fe80::1%eth0");
  CHECK(parsed("http://[fe80::1%25eth0]/").authority() == "[fe80::1]");
}

TEST_CASE("user and password are decoded and kept out of the text") {
  const Url url = parsed("http://me:p%40ss@h/x");
  CHECK(url.user_info == "me:p@ss");
  CHECK(url.host == "h");
  CHECK(url.to_text() == "http://h/x");
}

TEST_CASE("a unix socket has a path, a target and the host localhost") {
  const Url url = parsed("unix:/run/app.sock:/healthz?full=1");
  CHECK(url.socket_path == "/run/app.sock");
  CHECK(url.target == "/healthz?full=1");
  CHECK(url.authority() == "localhost");
  CHECK_FALSE(url.secure);
  CHECK(url.to_text() == "unix:/run/app.sock:/healthz?full=1");
  CHECK(parsed("unix:/run/app.sock").target == "/");
  CHECK(parsed("https+unix:/run/app.sock:/x").secure);
}

TEST_CASE("a text that is not a URL is refused with the reason") {
  CHECK(problem_of("") == "is empty");
  CHECK(problem_of("http://h/a b") == "contains a space; write %20");
  CHECK(problem_of("http://h/\r\nX: y") == "contains the control character 0x0d");
  CHECK(problem_of(std::string_view("http://h/\0", 10)) == "contains the control character 0x00");
  CHECK(problem_of("http://h/\xc3\xa9") == "contains a character outside ASCII; percent-encode it");
  CHECK(problem_of("ftp://h/") == "has the scheme 'ftp'; expected http, https, unix or https+unix");
  CHECK(problem_of("http://") == "has no host");
  CHECK(problem_of("http:///x") == "has no host");
  CHECK(problem_of("http://:80/") == "has no host");
  CHECK(problem_of("http://a\\b/") == "has the host 'a\\b', which is neither a name nor an address");
  CHECK(problem_of("http://h:/") == "has ':' where a port from 1 to 65535 was expected");
  CHECK(problem_of("http://h:0/") == "has ':0' where a port from 1 to 65535 was expected");
  CHECK(problem_of("http://h:65536/") == "has ':65536' where a port from 1 to 65535 was expected");
  CHECK(problem_of("http://h:80x/") == "has ':80x' where a port from 1 to 65535 was expected");
  CHECK(problem_of("http://[::1/") == "has no valid IPv6 address between brackets");
  CHECK(problem_of("http://[evil]/") == "has no valid IPv6 address between brackets");
  CHECK(problem_of("http://[::1]x/") == "has 'x' where a port from 1 to 65535 was expected");
  CHECK(problem_of("http://a%zz@h/") == "has a user name or password with a bad percent escape");
  CHECK(problem_of("unix:relative.sock") ==
        "has no absolute path of a socket; write unix:/path/to.sock:/target");
  CHECK(problem_of("unix:/" + std::string(120, 'a')) == "has a socket path longer than 107 bytes");
}

}  // namespace
}  // namespace iter8::net
