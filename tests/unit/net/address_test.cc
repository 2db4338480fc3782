#include "net/address.h"

#include <catch2/catch.hpp>

namespace iter8::net {
namespace {

using namespace std::chrono_literals;

Url url_of(std::string_view text) {
  std::string problem;
  return parse_url(text, problem).value();
}

TEST_CASE("numeric addresses and sockets need no look-up") {
  CHECK(resolve(url_of("http://127.0.0.1:81"), 0ns, {}).addresses.at(0).to_text() == "127.0.0.1:81");
  CHECK(resolve(url_of("http://[::1]:81"), 0ns, {}).addresses.at(0).to_text() == "[::1]:81");
  CHECK(resolve(url_of("unix:/run/app.sock:/x"), 0ns, {}).addresses.at(0).to_text() == "/run/app.sock");
}

TEST_CASE("localhost has an address") {
  const Resolution resolution = resolve(url_of("http://localhost:81"), 20s, {});
  REQUIRE_FALSE(resolution.addresses.empty());
  CHECK(resolution.problem.empty());
}

TEST_CASE("a look-up ends when its time is over, or when it is stopped") {
  const Resolution late = resolve(url_of("http://no-such-host.invalid"), 0ns, {});
  CHECK(late.addresses.empty());
  CHECK_THAT(late.problem, Catch::StartsWith("no address for host 'no-such-host.invalid': "));

  std::stop_source stop;
  stop.request_stop();
  const auto before = std::chrono::steady_clock::now();
  CHECK(resolve(url_of("http://no-such-host.invalid"), 1h, stop.get_token()).addresses.empty());
  CHECK(std::chrono::steady_clock::now() - before < 1min);
}

}  // namespace
}  // namespace iter8::net
