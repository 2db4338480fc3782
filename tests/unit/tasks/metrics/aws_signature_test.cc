#include "tasks/metrics/access/aws_signature.h"

#include <catch2/catch.hpp>

#include "tasks/metrics/access/aws_credentials.h"

namespace iter8::tasks::metrics::aws {
namespace {

// The test suite and the worked example that AWS publishes for Signature Version 4.
const Credentials kExample = {"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""};

std::string signature_of(web::Request request, const char* service) {
  const auto time = base::parse_rfc3339("2015-08-30T12:36:00Z");
  REQUIRE(time.has_value());
  sign(request, kExample, {.region = "us-east-1", .service = service}, *time);
  const auto& [name, value] = request.headers.back();
  REQUIRE(name == "Authorization");
  return value.substr(value.rfind('=') + 1);
}

TEST_CASE("requests are signed as AWS's test suite says") {
  CHECK(signature_of({.url = "https://example.amazonaws.com/"}, "service") ==
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  CHECK(signature_of({.method = "POST", .url = "https://example.amazonaws.com/"}, "service") ==
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
  CHECK(signature_of({.url = "https://example.amazonaws.com/?Param2=value2&Param1=value1"}, "service") ==
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
}

TEST_CASE("the worked example of the user guide gives its signature") {
  CHECK(signature_of({.url = "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
                      .headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}}},
                     "iam") == "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
}

TEST_CASE("a session token is sent and signed") {
  web::Request request = {.url = "https://example.amazonaws.com/"};
  sign(request, {"AKIDEXAMPLE", "secret", "token-1"}, {.region = "us-east-1", .service = "service"},
       base::WallTime{});
  CHECK(request.headers[1] == std::pair<std::string, std::string>{"X-Amz-Security-Token", "token-1"});
  CHECK(request.headers.back().second.find("SignedHeaders=host;x-amz-date;x-amz-security-token,") !=
        std::string::npos);
}

TEST_CASE("credentials of the environment go before those of a file") {
  std::string problem;
  const base::Environment environment(
      {{"AWS_ACCESS_KEY_ID", "id"}, {"AWS_SECRET_ACCESS_KEY", "secret"}, {"AWS_SESSION_TOKEN", "token"}});
  const auto found = find_credentials(environment, "", problem);
  REQUIRE(found.has_value());
  CHECK(found->access_key_id == "id");
  CHECK(found->session_token == "token");

  const std::map<std::string, std::string> nothing = {{"HOME", "/nowhere"}};
  CHECK_FALSE(find_credentials(base::Environment(nothing), "", problem).has_value());
  CHECK(problem.find("/nowhere/.aws/credentials") != std::string::npos);
}

}  // namespace
}  // namespace iter8::tasks::metrics::aws
