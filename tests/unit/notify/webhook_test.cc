#include <catch2/catch.hpp>

#include "stories.h"
#include "tasks/webhook/signature.h"
#include "tasks/webhook/task.h"

using namespace iter8;
using namespace iter8::tasks;
using namespace iter8::tasks::webhook;
using namespace iter8::tests;
using Catch::Contains;

// The example of the Standard Webhooks specification (its reference libraries test against it).
TEST_CASE("the signature of Standard Webhooks is the published one") {
  const auto key = signing_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  REQUIRE(key);
  CHECK(standard_signature(*key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})") ==
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

// The example of GitHub's page "Validating webhook deliveries".
TEST_CASE("the X-Hub-Signature-256 is the published one") {
  CHECK(hub_signature("It's a Secret to Everybody", "Hello, World!") ==
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
}

TEST_CASE("a secret without whsec_ is its own key, and broken base64 behind it is none") {
  CHECK(signing_key("any text") == "any text");
  CHECK_FALSE(signing_key("whsec_not base64!"));
  CHECK(signing_key("whsec_YWJj") == "abc");
}

TEST_CASE("a webhook's mistakes are found before the run") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{}", "missing key 'url'"},
      {"{url: 'http://x', secret: 'whsec_%%%'}", "not base64"},
      {"{url: 'http://x', secret: ''}", "secret is empty"},
      {"{url: 'http://x', method: GET}", "must be POST, PUT or PATCH"},
      {"{url: 'http://x', headers: {Webhook-Id: '1'}}", "made by the task itself"},
      {"{url: 'http://x', signatures: [sha1]}", "sha1"},
      {"{url: 'http://x', payloadTemplate: '{{ .nope }}'}", "unknown field '.nope'"},
      {"{url: 'http://x', urll: 'http://x'}", "did you mean 'url'"}};
  for (const auto& [yaml, message] : cases) {
    INFO(yaml);
    tests::Workbench bench;
    CHECK_FALSE(bench.build(webhook_kind(), yaml));
    CHECK_THAT(bench.problems(), Contains(message));
  }
}
