#include "forge/client.h"

#include <fmt/format.h>

#include "base/error.h"
#include "bench.h"
#include "forge/limits.h"
#include "web/retry.h"

using namespace iter8;
using namespace iter8::forge;
using namespace iter8::forge::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

constexpr base::WallTime kNow{std::chrono::hours(1000)};

std::string seconds_of(base::WallTime time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

}  // namespace

TEST_CASE("parts of a path and a query are escaped, slashes of a branch too") {
  CHECK(path_of({"repos", "acme", "app", "git", "ref", "heads/a b"}) ==
        "/repos/acme/app/git/ref/heads%2Fa%20b");
  const web::Request request =
      request_of({.api_url = "https://api.example.com"},
                 {.path = "/pulls", .query = {{"head", "acme:x&y"}, {"state", "open"}}});
  CHECK(request.url == "https://api.example.com/pulls?head=acme%3Ax%26y&state=open");
}

TEST_CASE("a call to GitHub carries token, version and media type, and its body as JSON") {
  Bench bench;
  bench.routes.Post("/x", [](const httplib::Request& request, httplib::Response& response) {
    const Json seen = {{"authorization", request.get_header_value("Authorization")},
                       {"version", request.get_header_value("X-GitHub-Api-Version")},
                       {"accept", request.get_header_value("Accept")},
                       {"agent", request.get_header_value("User-Agent")},
                       {"body", Json::parse(request.body)}};
    answer(response, 201, seen.dump());
  });
  const Response seen = bench.client().send({.method = "POST", .path = "/x", .body = Json{{"a", 1}}});

  CHECK(seen.status == 201);
  CHECK(seen.body["authorization"] == "Bearer token-12345");
  CHECK(seen.body["version"] == "2022-11-28");
  CHECK(seen.body["accept"] == "application/vnd.github+json");
  CHECK(seen.body["agent"] == "iter8");
  CHECK(seen.body["body"]["a"] == 1);
}

TEST_CASE("a list is read over all its pages, and no page of another host is asked") {
  Bench bench;
  bench.routes.Get("/items", [&](const httplib::Request& request, httplib::Response& response) {
    CHECK((request.has_param("page") || request.get_param_value("per_page") == "100"));
    if (request.has_param("page")) return answer(response, 200, "[3]");
    response.set_header("Link", "<" + bench.url() + "/items?page=2>; rel=\"next\", <x>; rel=\"last\"");
    answer(response, 200, "[1, 2]");
  });
  bench.routes.Get("/away", [&](const httplib::Request&, httplib::Response& response) {
    response.set_header("Link", "<https://elsewhere.invalid/items>; rel=\"next\"");
    answer(response, 200, "[1]");
  });
  Client client = bench.client();

  CHECK(client.list({.path = "/items", .purpose = "list"}) == std::vector<Json>{1, 2, 3});
  CHECK_THROWS_WITH(client.list({.path = "/away", .purpose = "list"}), Contains("another host"));
}

TEST_CASE("an error says what could not be done, what the server said and which permission is missing") {
  Bench bench;
  bench.routes.Post("/pulls", [](const httplib::Request&, httplib::Response& response) {
    answer(response, 403, R"({"message": "Resource not accessible by integration token-12345\u001b[2J"})");
  });
  Client client = bench.client();
  const Call call{.method = "POST",
                  .path = "/pulls",
                  .body = Json::object(),
                  .purpose = "create the pull request",
                  .permission = "pull-requests: write"};

  CHECK_THROWS_WITH(client.send(call), Contains("cannot create the pull request") && Contains("status 403") &&
                                           Contains("needed: pull-requests: write") &&
                                           Contains("not accessible by integration ***") &&
                                           !Contains("\x1b") && !Contains("token-12345"));
}

TEST_CASE("what each status means stands in the message") {
  Bench bench;
  int status = 0;
  std::string body = "{}";
  bench.routes.Get(
      "/x", [&](const httplib::Request&, httplib::Response& response) { answer(response, status, body); });
  Client client = bench.client();
  const Call call{.path = "/x", .purpose = "read"};

  status = 401;
  CHECK_THROWS_WITH(client.send(call), Contains("GITHUB_TOKEN is wrong or expired"));
  status = 404;
  CHECK_THROWS_WITH(client.send(call), Contains("may not see it"));
  status = 422;
  body =
      R"({"message": "Validation Failed", "errors": [{"resource": "PullRequest", "field": "base", "code": "invalid"}]})";
  CHECK_THROWS_WITH(client.send(call), Contains("Validation Failed; PullRequest base invalid"));
  status = 403;
  body = R"({"message": "GitHub Actions is not permitted to create or approve pull requests."})";
  CHECK_THROWS_WITH(client.send(call), Contains("Workflow permissions"));
  status = 409;
  body = R"({"message": ["Another open merge request already exists: !7"]})";
  CHECK_THROWS_WITH(client.send(call), Contains("!7"));
}

TEST_CASE("a status that the caller expects is an answer") {
  Bench bench;
  bench.routes.Get("/x", [](const httplib::Request&, httplib::Response& r) { answer(r, 404, "{}"); });
  CHECK(bench.client().send({.path = "/x", .purpose = "read", .expected = {404}}).status == 404);
}

TEST_CASE("a rate limit is waited for as long as the server says") {
  Bench bench;
  int calls = 0;
  bench.routes.Post("/x", [&](const httplib::Request&, httplib::Response& response) {
    if (++calls > 1) return answer(response, 201, "{}");
    response.set_header("Retry-After", "70");
    answer(response, 403, R"({"message": "You have exceeded a secondary rate limit"})");
  });
  CHECK(bench.client()
            .send({.method = "POST", .path = "/x", .body = Json::object(), .purpose = "write"})
            .status == 201);
  CHECK(bench.clock.seconds() == Approx(70));
  CHECK_THAT(bench.logged, Contains("waiting 1m10s for GitHub's rate limit"));
}

TEST_CASE("a rate limit that lasts longer than the client's patience is an error") {
  Bench bench;
  bench.routes.Get("/x", [&](const httplib::Request&, httplib::Response& response) {
    response.set_header("Retry-After", "3600");
    answer(response, 429, "{}");
  });
  Client client = bench.client();
  CHECK_THROWS_WITH(client.send({.path = "/x", .purpose = "read"}), Contains("used up for another 1h"));
}

TEST_CASE("how long a limit lasts is read from each of the headers") {
  const web::Headers used_up = {{"x-ratelimit-remaining", "0"},
                                {"x-ratelimit-reset", seconds_of(kNow + 30s)}};
  CHECK(wait_for_limit({.status = 403, .headers = used_up}, kNow, 0) == 31s);
  CHECK(wait_for_limit({.status = 429, .headers = {{"ratelimit-reset", seconds_of(kNow + 5s)}}}, kNow, 0) ==
        6s);
  CHECK(wait_for_limit({.status = 429}, kNow, 0) == 60s);
  CHECK(wait_for_limit({.status = 403, .body = "exceeded a secondary rate limit"}, kNow, 2) == 240s);
  CHECK_FALSE(wait_for_limit({.status = 403, .body = "Resource not accessible"}, kNow, 0));
  CHECK_FALSE(wait_for_limit({.status = 200, .headers = used_up}, kNow, 0));
}

TEST_CASE("whatever the server says, the waits for a limit are neither short nor endless") {
  const web::Headers now = {{"retry-after", "0"}};
  CHECK(wait_for_limit({.status = 403, .headers = now}, kNow, 0) == 1s);
  CHECK(wait_for_limit({.status = 429, .headers = now}, kNow, 3) == 8s);
  CHECK(wait_for_limit({.status = 429, .headers = now}, kNow, 1000) == 32s);
  const base::Duration longest = web::kLongestStatedWait;
  CHECK(wait_for_limit({.status = 403, .headers = {{"retry-after", "9223372036854775807"}}}, kNow, 0) ==
        longest);
  for (const char* reset : {"-1", "-9223372036854775808", "0"}) {
    const web::Headers past = {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", reset}};
    CHECK(wait_for_limit({.status = 403, .headers = past}, kNow, 0) == 1s);
  }
  const web::Headers far = {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "9223372036854775807"}};
  CHECK(wait_for_limit({.status = 403, .headers = far}, kNow, 0) == longest + 1s);
}

TEST_CASE("a limit without end is left in the end") {
  Bench bench;
  int asked = 0;
  bench.routes.Get("/x", [&](const httplib::Request&, httplib::Response& response) {
    ++asked;
    response.set_header("Retry-After", "0");
    answer(response, 429, "{}");
  });
  Client client = bench.client();
  CHECK_THROWS_WITH(client.send({.path = "/x", .purpose = "read"}), Contains("rate limit is used up"));
  CHECK(asked <= (Client::kMostWaits + 1) * 3);
  CHECK(bench.clock.seconds() > 100);
  CHECK(bench.clock.seconds() < 15 * 60);
}

TEST_CASE("a list whose pages never end is an error") {
  Bench bench;
  int pages = 0;
  bench.routes.Get("/items", [&](const httplib::Request&, httplib::Response& response) {
    response.set_header("Link", fmt::format("<{}/items?page={}>; rel=\"next\"", bench.url(), ++pages));
    answer(response, 200, "[]");
  });
  Client client = bench.client();
  const Call call{.path = "/items", .purpose = "list the items"};
  CHECK_THROWS_WITH(client.list(call), Contains("cannot list the items") && Contains("more than 300 pages"));
  CHECK(pages == Client::kMostPages);
  for (int list = 1; list < Client::kMostCalls / Client::kMostPages; ++list) CHECK_THROWS(client.list(call));
  CHECK_THROWS_WITH(client.list(call), Contains("3000 calls"));
}

TEST_CASE("after a burst, writes come one a second, and reads as they like") {
  Bench bench;
  const auto good = [](const httplib::Request&, httplib::Response& response) { answer(response, 200, "{}"); };
  bench.routes.Post("/x", good);
  bench.routes.Get("/x", good);
  Client client = bench.client();

  for (int i = 0; i < Client::kBurst; ++i)
    client.send({.method = "POST", .path = "/x", .body = Json::object(), .purpose = "write"});
  CHECK(bench.clock.seconds() == 0);
  for (int i = 0; i < 3; ++i)
    client.send({.method = "POST", .path = "/x", .body = Json::object(), .purpose = "write"});
  CHECK(bench.clock.seconds() == Approx(3));
  for (int i = 0; i < 10; ++i) client.send({.path = "/x", .purpose = "read"});
  CHECK(bench.clock.seconds() == Approx(3));
}

TEST_CASE("an error of GraphQL is one though its status is 200") {
  Bench bench;
  bench.routes.Post("/graphql", [](const httplib::Request&, httplib::Response& response) {
    answer(response, 200, R"({"data": null, "errors": [{"message": "Pull request is in clean status"}]})");
  });
  Client client = bench.client();
  CHECK_THROWS_WITH(client.graphql("mutation {}", Json::object(), "enable auto-merge", "contents: write"),
                    Contains("cannot enable auto-merge") && Contains("clean status"));
}
