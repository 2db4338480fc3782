#include "base/host_policy.h"

#include <cstring>

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <netinet/in.h>
#include <sys/un.h>

#include "base/error.h"

using namespace iter8::base;

namespace {

struct Place {
  sockaddr_storage storage{};

  explicit Place(const char* text, int port = 443) {
    sockaddr_in four{};
    sockaddr_in6 six{};
    if (::inet_pton(AF_INET, text, &four.sin_addr) == 1) {
      four.sin_family = AF_INET;
      four.sin_port = htons(static_cast<std::uint16_t>(port));
      std::memcpy(&storage, &four, sizeof four);
    } else {
      REQUIRE(::inet_pton(AF_INET6, text, &six.sin6_addr) == 1);
      six.sin6_family = AF_INET6;
      six.sin6_port = htons(static_cast<std::uint16_t>(port));
      std::memcpy(&storage, &six, sizeof six);
    }
  }
  operator const sockaddr&() const { return reinterpret_cast<const sockaddr&>(storage); }  // NOLINT: a test
};

}  // namespace

TEST_CASE("without the variable every host is allowed, with an empty one none") {
  CHECK(HostPolicy::of(Environment()).is_open());
  CHECK(HostPolicy().allows(Place("169.254.169.254"), "x", 80));
  const HostPolicy nothing =
      HostPolicy::of(Environment(std::map<std::string, std::string>{{"ITER8_ALLOW_HOSTS", ""}}));
  CHECK_FALSE(nothing.is_open());
  CHECK_FALSE(nothing.may_allow("example.com", 443));
  CHECK_FALSE(nothing.allows(Place("192.0.2.1"), "example.com", 443));
}

TEST_CASE("a name is allowed as it is written, at its port, whatever its case") {
  const HostPolicy policy = HostPolicy::parse("App.example.com, api.example.com:8443\n*.cluster.local");
  CHECK(policy.allows_name("app.EXAMPLE.com.", 1));
  CHECK(policy.allows_name("api.example.com", 8443));
  CHECK_FALSE(policy.allows_name("api.example.com", 443));
  CHECK_FALSE(policy.allows_name("evil-app.example.com", 443));
  CHECK_FALSE(policy.allows_name("app.example.com.evil.net", 443));
  CHECK(policy.allows_name("a.b.cluster.local", 80));
  CHECK_FALSE(policy.allows_name("cluster.local", 80));
  CHECK_FALSE(policy.allows_name("evilcluster.local", 80));
  CHECK_FALSE(policy.may_allow("192.0.2.1", 80));
}

TEST_CASE("an allowed name leads to no address of this machine, the link or a metadata service") {
  const HostPolicy policy = HostPolicy::parse("app.example.com,localhost");
  CHECK(policy.allows(Place("192.0.2.1"), "app.example.com", 443));
  CHECK(policy.allows(Place("10.1.2.3"), "app.example.com", 443));
  for (const char* address :
       {"127.0.0.1", "127.9.9.9", "0.0.0.0", "169.254.169.254", "224.0.0.1", "255.255.255.255",
        "100.100.100.200", "168.63.129.16", "::", "::1", "fe80::1", "ff02::1", "fd00:ec2::254",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1"}) {
    INFO(address);
    CHECK_FALSE(policy.allows(Place(address), "app.example.com", 443));
  }
  CHECK(policy.allows(Place("127.0.0.1"), "localhost", 443));
  CHECK(policy.allows(Place("::1"), "localhost", 443));
  CHECK_FALSE(policy.allows(Place("169.254.169.254"), "localhost", 443));
}

TEST_CASE("an address is allowed by whatever name it is reached") {
  const HostPolicy policy = HostPolicy::parse("10.0.0.0/8:443 127.0.0.1 [fd00::/8]:8080 2001:db8::1 [::1]:9");
  CHECK(policy.allows(Place("10.255.0.1"), "whatever", 443));
  CHECK_FALSE(policy.allows(Place("10.255.0.1", 80), "whatever", 80));
  CHECK_FALSE(policy.allows(Place("11.0.0.1"), "whatever", 443));
  CHECK(policy.allows(Place("127.0.0.1", 5), "whatever", 5));
  CHECK(policy.allows(Place("::ffff:127.0.0.1", 5), "whatever", 5));
  CHECK_FALSE(policy.allows(Place("127.0.0.2", 5), "whatever", 5));
  CHECK(policy.allows(Place("fd12::1", 8080), "whatever", 8080));
  CHECK_FALSE(policy.allows(Place("fd12::1", 80), "whatever", 80));
  CHECK(policy.allows(Place("2001:db8::1", 80), "whatever", 80));
  CHECK(policy.allows(Place("::1", 9), "whatever", 9));
  CHECK_FALSE(policy.allows(Place("::1", 10), "whatever", 10));
  CHECK(policy.may_allow("[2001:db8::1]", 80));
  CHECK_FALSE(policy.may_allow("2001:db8::2", 80));
  CHECK(policy.may_allow("some.name", 443));  // its address decides
  CHECK_FALSE(policy.allows_name("some.name", 443));
}

TEST_CASE("ranges end at any bit") {
  const HostPolicy policy = HostPolicy::parse("192.0.2.128/25,2001:db8:8000::/33");
  CHECK(policy.allows(Place("192.0.2.200"), "x", 443));
  CHECK_FALSE(policy.allows(Place("192.0.2.127"), "x", 443));
  CHECK(policy.allows(Place("2001:db8:8001::1"), "x", 443));
  CHECK_FALSE(policy.allows(Place("2001:db8:7001::1"), "x", 443));
}

TEST_CASE("a unix socket is never allowed") {
  sockaddr_storage storage{};
  storage.ss_family = AF_UNIX;
  CHECK_FALSE(HostPolicy::parse("localhost,0.0.0.0/0,::/0")
                  .allows(reinterpret_cast<const sockaddr&>(storage), "localhost", 80));
}

TEST_CASE("an entry that is not a host is refused and shown") {
  for (const char* entry :
       {"http://example.com", "*", "*example.com", "a.*.com", "10.0.0.0/33", "10.0.0.0/x", "host:0",
        "host:70000", "host:http", "[::1", "[::1]x", "::1/129", "user@host", "a/b", ":80"}) {
    INFO(entry);
    CHECK_THROWS_AS(HostPolicy::parse(entry), UsageError);
  }
  CHECK_THROWS_WITH(HostPolicy::parse("good.example,b@d"), Catch::Contains("found 'b@d'"));
}

TEST_CASE("a refusal names host, port and address") {
  CHECK(HostPolicy::refusal("evil.example", 443, "10.0.0.1") ==
        "ITER8_ALLOW_HOSTS does not allow evil.example:443 (10.0.0.1)");
  CHECK(HostPolicy::refusal("::1", 80, "::1") == "ITER8_ALLOW_HOSTS does not allow [::1]:80");
  CHECK(address_text(Place("64:ff9b::7f00:1")) == "127.0.0.1");
}
