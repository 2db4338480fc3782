#include "base/origin.h"

#include <catch2/catch.hpp>

using namespace iter8::base;

TEST_CASE("an origin is scheme, host and port") {
  CHECK(origin_of("https://API.example.com/v3/x?y#z") == Origin{"https", "api.example.com", 443});
  CHECK(origin_of("http://127.0.0.1:8080") == Origin{"http", "127.0.0.1", 8080});
  CHECK(origin_of("HTTPS://[::1]:8443/") == Origin{"https", "[::1]", 8443});
  CHECK(origin_of("ssh://git@example.com/x.git") == Origin{"ssh", "example.com", 22});
  CHECK(origin_of("git@example.com:acme/x.git") == Origin{"ssh", "example.com", 22});
  CHECK(origin_of("https://example.com:443/")->to_text() == "https://example.com");
  CHECK(origin_of("https://example.com:444/")->to_text() == "https://example.com:444");
  CHECK(origin_of("https://a.example.com") != origin_of("https://example.com"));
  CHECK(origin_of("http://example.com") != origin_of("https://example.com"));
}

TEST_CASE("a URL that readers could take differently has no origin") {
  for (const char* url : {"",
                          "example.com",
                          "https://",
                          "https:///x",
                          "https://user@example.com/",
                          "https://u:p@example.com/",
                          "https://evil.example.com\\@example.com/",
                          "https://example.com\t/",
                          "https://exam ple.com/",
                          "https://example.com%2f@evil/",
                          "https://example.com:0/",
                          "https://example.com:65536/",
                          "https://example.com:/",
                          "https://example.com:80:80/",
                          "https://\xC3\xA9.example.com/",
                          "ftp://example.com/",
                          "file:///etc/passwd",
                          "/srv/x.git",
                          "../x.git",
                          "ssh://a@b@c/x",
                          "ssh://-oProxyCommand=x/y",
                          "git@-oProxyCommand:x",
                          "C:/x",
                          "host:path"})
    CHECK_FALSE(origin_of(url));
}

TEST_CASE("this machine is known by number and name") {
  for (const char* url : {"http://127.0.0.1", "http://127.9.9.9:1", "http://[::1]/", "http://localhost:8080"})
    CHECK(origin_of(url)->is_loopback());
  for (const char* url : {"http://127.0.0.1.example.com", "http://128.0.0.1", "http://localhost.example.com"})
    CHECK_FALSE(origin_of(url)->is_loopback());
}
