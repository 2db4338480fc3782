#include "load/request/request_template.h"

#include <set>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "load/request/request.h"
#include "load/request/request_builder.h"

namespace iter8::load {
namespace {

const Rows kRows{.columns = {"user", "city"}, .cells = {"ann", "Köln", "bob", "New York"}};

std::string rendered(const RequestTemplate& text, const Draw& draw) {
  std::string out;
  text.append_to(out, draw);
  CHECK(text.size(draw) == out.size());
  return out;
}

Target target() {
  Target target;
  std::string problem;
  target.url = *net::parse_url("http://h/", problem);
  return target;
}

TEST_CASE("a text without places is fixed, and what looks like none stays") {
  for (const char* text : {"", "plain", "{{", "}}", "{{uuid", "{{ now }}", "{\"a\":{\"b\":1}}", "{{}}"}) {
    const RequestTemplate parsed(text, nullptr);
    CHECK(parsed.is_fixed());
    CHECK(parsed.text() == text);
  }
}

TEST_CASE("places take the values of the request") {
  Draw draw{.number = 41, .row = 1};
  std::string("0123456789012345678901234567890123456789").copy(draw.uuid.data(), draw.uuid.size());
  CHECK(rendered(RequestTemplate("a{{seq}}b{{ seq }}", nullptr), draw) == "a41b41");
  CHECK(rendered(RequestTemplate("{{uuid}}", nullptr), draw) == "012345678901234567890123456789012345");
  CHECK(rendered(RequestTemplate("{{row.user}}:{{row.city}}", &kRows), draw) == "bob:New York");
  CHECK(rendered(RequestTemplate("{{ {{seq}} }}", nullptr), draw) == "{{ 41 }}");
}

TEST_CASE("values from rows are percent-encoded in a path") {
  std::string out;
  RequestTemplate("/{{row.city}}", &kRows, RequestTemplate::Escape::percent).append_to(out, {.row = 0});
  CHECK(out == "/K%C3%B6ln");
}

TEST_CASE("a column that is not there is named") {
  CHECK_THROWS_WITH(RequestTemplate("{{row.name}}", &kRows), "'{{row.name}}': the columns are user, city");
  CHECK_THROWS_WITH(RequestTemplate("{{row.name}}", nullptr),
                    "'{{row.name}}': there are no rows; give the file as `rows`");
}

TEST_CASE("a composed request has the length of its own body") {
  Target with_body = target();
  with_body.method = "POST";
  with_body.body = R"({"n": {{seq}}})";
  const Requests requests = make_requests(with_body, KeepAlive::on, 1);
  CHECK_FALSE(requests.is_fixed());
  RequestBuilder builder(requests);
  std::string last;
  for (int i = 0; i <= 10; ++i) {
    builder.next();
    last = builder.http1();
  }
  CHECK(last == "POST / HTTP/1.1\r\nHost: h\r\nUser-Agent: iter8\r\nContent-Length: 9\r\n\r\n{\"n\": 10}");
}

TEST_CASE(
    "requests of one target are numbered without gaps whoever composes them, those of a shard by its "
    "stride") {
  Target numbered = target();
  numbered.url.target = "/{{seq}}";
  Requests requests = make_requests(numbered, KeepAlive::on, 1);
  requests.first = 1;
  requests.stride = 3;
  RequestBuilder one(requests);
  RequestBuilder other(requests);
  one.next();
  other.next();
  one.next();
  CHECK(other.draw().number == 4);
  CHECK(one.draw().number == 7);
}

TEST_CASE("UUIDs are of version 4 and do not repeat") {
  Target unique = target();
  unique.url.target = "/{{uuid}}";
  const Requests requests = make_requests(unique, KeepAlive::on, 1);
  RequestBuilder one(requests);
  RequestBuilder other(requests);
  std::set<std::string> seen;
  for (int i = 0; i < 500; ++i) {
    for (RequestBuilder* builder : {&one, &other}) {
      builder->next();
      const std::string uuid(builder->draw().uuid.data(), 36);
      CHECK(uuid[14] == '4');
      CHECK(std::string("89ab").find(uuid[19]) != std::string::npos);
      CHECK(seen.insert(uuid).second);
    }
  }
}

TEST_CASE("kinds of requests are chosen by weight, the same ones for the same seed") {
  Target hash_of = target();
  hash_of.mix = {{.weight = 3, .path = "/a"}, {.weight = 1, .path = "/b"}};
  const auto sequence = [&](std::uint64_t seed) {
    const Requests requests = make_requests(hash_of, KeepAlive::on, seed);
    RequestBuilder builder(requests);
    std::string text;
    for (int i = 0; i < 4000; ++i) text += builder.next().path.text().back();
    return text;
  };
  const std::string text = sequence(7);
  const auto share = static_cast<double>(std::count(text.begin(), text.end(), 'a')) / 4000;
  CHECK(share == Approx(0.75).margin(0.03));
  CHECK(sequence(7) == text);
  CHECK(sequence(8) != text);
}

TEST_CASE("rows are taken in turn, or at random by seed") {
  Target rows = target();
  rows.rows = &kRows;
  rows.url.target = "/{{row.user}}";
  const Requests requests = make_requests(rows, KeepAlive::on, 1);
  RequestBuilder builder(requests);
  for (const std::size_t expected : {0U, 1U, 0U}) {
    builder.next();
    CHECK(builder.draw().row == expected);
  }
  rows.row_order = RowOrder::random;
  const Requests random = make_requests(rows, KeepAlive::on, 1);
  RequestBuilder drawing(random);
  int ones = 0;
  for (int i = 0; i < 1000; ++i) {
    drawing.next();
    ones += static_cast<int>(drawing.draw().row);
  }
  CHECK(ones == Approx(500).margin(80));
}

TEST_CASE("through a proxy the request line has the whole URL, and the proxy its credentials") {
  Target proxied = target();
  std::string problem;
  proxied.route.proxy = net::parse_url("http://me:pw@proxy:3128", problem);
  CHECK(request_text(proxied, KeepAlive::on) ==
        "GET http://h/ HTTP/1.1\r\nHost: h\r\nUser-Agent: iter8\r\nProxy-Authorization: Basic "
        "bWU6cHc=\r\n\r\n");
}

TEST_CASE("a header field does not take a row that would break the line") {
  const Rows rows{.columns = {"x"}, .cells = {"a\nb"}};
  Target broken = target();
  broken.rows = &rows;
  broken.headers = {{"X", "{{row.x}}"}};
  CHECK_THROWS_AS(make_requests(broken, KeepAlive::on, 1), base::Error);
}

}  // namespace
}  // namespace iter8::load
