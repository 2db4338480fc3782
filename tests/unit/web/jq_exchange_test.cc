#include "web/jq_exchange.h"

#include <cmath>

#include <catch2/catch.hpp>

#include "base/error.h"

using namespace iter8;
using nlohmann::json;
using web::JqReply;
using web::parse_jq_reply;

TEST_CASE("outputs arrive as they were sent") {
  JqReply reply;
  reply.add_number(1.5);
  reply.add_number(std::nan(""));
  reply.add_json(R"({"a": [1]})");
  const std::vector<json> outputs = parse_jq_reply(reply.bytes(), {});
  REQUIRE(outputs.size() == 3);
  CHECK(outputs[0] == 1.5);
  CHECK(std::isnan(outputs[1].get<double>()));
  CHECK(outputs[2] == json{{"a", {1}}});
  CHECK(parse_jq_reply(JqReply().bytes(), {}).empty());
}

TEST_CASE("a failure replaces the outputs, and its text is harmless") {
  JqReply reply;
  reply.add_number(1);
  reply.fail("jq: \x1b[31mred\n::error::" + std::string(10000, 'x'));
  CHECK_THROWS_WITH(parse_jq_reply(reply.bytes(), {}), Catch::StartsWith("jq: \\x1b[31mred\\n::error::xxx"));
  CHECK(reply.bytes().size() <= web::largest_jq_reply({.bytes = 0}));
}

TEST_CASE("what is not a reply within the limits is refused") {
  JqReply reply;
  reply.add_number(1);
  reply.add_json("[1]");
  for (std::size_t size = 2; size < reply.bytes().size(); ++size) {
    CAPTURE(size);
    if (size != 1 + 1 + sizeof(double))
      CHECK_THROWS_WITH(parse_jq_reply(reply.bytes().substr(0, size), {}), "jq: an incomplete reply");
  }
  CHECK_THROWS_WITH(parse_jq_reply("", {}), "jq: an incomplete reply");
  CHECK_THROWS_WITH(parse_jq_reply("?", {}), "jq: an unknown kind of reply");
  CHECK_THROWS_WITH(parse_jq_reply("=?", {}), "jq: an unknown kind of output");
  CHECK_THROWS_WITH(parse_jq_reply(reply.bytes(), {.outputs = 1}), "jq: more than 1 outputs");

  JqReply wrong;
  wrong.add_json("[1");
  CHECK_THROWS_WITH(parse_jq_reply(wrong.bytes(), {}), "jq: an output that is not JSON");
  JqReply deep;
  deep.add_json(std::string(100'000, '[') + std::string(100'000, ']'));
  CHECK_THROWS_WITH(parse_jq_reply(deep.bytes(), {}), Catch::Contains("too many levels"));
}
