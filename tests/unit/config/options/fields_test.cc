#include "config/options/fields.h"

#include <catch2/catch.hpp>

#include "tests/unit/config/reading.h"

using namespace std::chrono_literals;
using namespace iter8::config;

namespace {

struct Endpoint {
  std::string url;
};

const Fields<Endpoint>& fields_of(const Endpoint*) {
  static const auto fields =
      Fields<Endpoint>{}.required("url", &Endpoint::url, "Where requests go", not_empty());
  return fields;
}

struct Load {
  double qps = 8;
  std::int64_t connections = 4;
  iter8::base::Duration timeout = 5s;
  std::optional<double> limit;
  std::vector<std::pair<std::string, Endpoint>> endpoints;
};

const Fields<Load>& fields_of(const Load*) {
  static const auto fields =
      Fields<Load>{}
          .optional("qps", &Load::qps, "Requests per second", positive())
          .alias("rps")
          .optional("connections", &Load::connections, "Connections", within(1, 100))
          .optional("timeout", &Load::timeout, "Time for one request", longer_than_zero())
          .optional("limit", &Load::limit, "A share", if_given(between(0, 1)))
          .shown_default("none")
          .optional("endpoints", &Load::endpoints, "Further addresses")
          .rule([](const Load& load, const Node& node, Problems& problems) {
            if (load.qps > 1000 && load.connections == 1)
              problems.error(node.position, "one connection is too few");
          });
  return fields;
}

std::string read(std::string_view yaml, Strictness strictness = Strictness::strict) {
  Problems problems("f", strictness);
  Load load;
  const bool good = Codec<Load>::read(document(yaml), problems, load);
  CHECK(good != problems.has_errors());
  return problems_of(problems);
}

}  // namespace

TEST_CASE("a field table fills the struct and leaves defaults alone") {
  Problems problems("f");
  Load load;
  CHECK(Codec<Load>::read(document("{qps: 20, endpoints: {a: {url: x}}}"), problems, load));
  CHECK(load.qps == 20);
  CHECK(load.connections == 4);
  CHECK(load.endpoints.at(0).second.url == "x");
}

TEST_CASE("several tables read one map as if they were one") {
  Problems problems("f");
  Load load;
  Endpoint endpoint;
  CHECK(read_fields(document("{qps: 20, url: x}"), problems, {target_of(load), target_of(endpoint)}));
  CHECK(load.qps == 20);
  CHECK(endpoint.url == "x");

  CHECK_FALSE(read_fields(document("{qsp: 20, url: ''}"), problems, {target_of(load), target_of(endpoint)}));
  CHECK(problems_of(problems) ==
        "1:2: error: unknown key 'qsp'; did you mean 'qps'?\n1:16: error: url must not be empty, found empty "
        "text");
}

TEST_CASE("a part's fields and rules stand in the map of the whole") {
  struct Whole {
    std::int64_t before = 0;
    Load load;
  };
  const auto fields = Fields<Whole>{}
                          .optional("before", &Whole::before, "In front")
                          .part(&Whole::load, iter8::config::fields_of<Load>());
  Problems problems("f");
  Whole whole;
  CHECK(fields.read(document("{rps: 20, before: 3}"), problems, whole));
  CHECK(whole.before == 3);
  CHECK(whole.load.qps == 20);
  CHECK_FALSE(fields.read(document("{qps: 2000, connections: 1}"), problems, whole));
  CHECK(problems_of(problems) == "1:1: error: one connection is too few");
}

TEST_CASE("an unknown key names the nearest one, or all when none is near") {
  CHECK(read("qsp: 5") == "1:1: error: unknown key 'qsp'; did you mean 'qps'?");
  CHECK(read("colour: 5") ==
        "1:1: error: unknown key 'colour'; known keys are qps, rps, connections, timeout, limit, endpoints");
}

TEST_CASE("a check says what was found") {
  CHECK(read("qps: -5") == "1:6: error: qps must be more than 0, found number -5");
  CHECK(read("connections: 0") == "1:14: error: connections must be between 1 and 100, found number 0");
  CHECK(read("timeout: 0s") == "1:10: error: timeout must be longer than 0s, found text '0s'");
  CHECK(read("limit: 2") == "1:8: error: limit must be between 0 and 1, found number 2");
  CHECK(read("endpoints: {a: {url: ''}}") == "1:22: error: url must not be empty, found empty text");
}

TEST_CASE("every problem of a file is reported, in the order of the file") {
  CHECK(read("zzz: 1\nconnections: many\nqps: 0\nendpoints:\n  a: {}\n") ==
        "1:1: error: unknown key 'zzz'; known keys are qps, rps, connections, timeout, limit, endpoints\n"
        "2:14: error: connections: expected a whole number, found text 'many'\n"
        "3:6: error: qps must be more than 0, found number 0\n"
        "5:6: error: missing key 'url': Where requests go");
}

TEST_CASE("an older spelling is accepted, but not beside the newer one") {
  CHECK(read("rps: 5").empty());
  CHECK(read("qps: 5\nrps: 6") == "2:1: error: 'rps' means the same as 'qps' on line 1; keep one of them");
}

TEST_CASE("lenient reading warns of unknown keys and of keys in another case") {
  CHECK(read("QPS: 5") == "1:1: error: unknown key 'QPS'; did you mean 'qps'?");
  CHECK(read("QPS: 5", Strictness::lenient) == "1:1: warning: key 'QPS' is read as 'qps'");
  CHECK(read("qsp: 5", Strictness::lenient) == "1:1: warning: unknown key 'qsp'; did you mean 'qps'?");
  CHECK(read("QPS: x", Strictness::lenient).find("expected a number") != std::string::npos);
}

TEST_CASE("null leaves a field unset") {
  CHECK(read("qps: ~").empty());
  CHECK(read("endpoints: {a: {url: ~}}") == "1:16: error: missing key 'url': Where requests go");
}

TEST_CASE("a rule over several fields runs when all of them are good") {
  CHECK(read("{qps: 2000, connections: 1}") == "1:1: error: one connection is too few");
  CHECK(read("[1]") == "1:1: error: expected a map, found a list");
}

TEST_CASE("the table documents itself") {
  const auto& docs = iter8::config::fields_of<Load>().docs();
  CHECK(docs[0].name == "qps");
  CHECK(docs[0].fallback == "8");
  CHECK(docs[0].aliases == std::vector<std::string>{"rps"});
  CHECK(docs[2].fallback == "5s");
  CHECK(docs[3].fallback == "none");
  const Schema schema = Codec<Load>::schema();
  CHECK(schema.fields[4].schema.inner.at(0).fields.at(0).required);
}

TEST_CASE("a problem that is found twice is shown once, and very many are cut") {
  Problems problems("f");
  problems.error({2, 1}, "b");
  problems.error({1, 1}, "a");
  problems.error({2, 1}, "b");
  problems.warning({}, "whole file");
  CHECK(problems.to_text() == "f: warning: whole file\nf:1:1: error: a\nf:2:1: error: b\n");
  for (int i = 0; i < 200; ++i) problems.error({10 + i, 1}, "more");
  CHECK(problems.to_text().ends_with("f: and 103 more\n"));
}

namespace {

struct Shared {
  double weight = 1;
  std::string color;
};

const Fields<Shared>& fields_of(const Shared*) {
  static const auto fields = Fields<Shared>{}
                                 .optional("weight", &Shared::weight, "How heavy", positive())
                                 .required("color", &Shared::color, "Which color")
                                 .rule([](const Shared& shared, const Node& node, Problems& problems) {
                                   if (shared.color == "none") problems.error(node.position, "no color");
                                 });
  return fields;
}

struct Car {
  std::int64_t doors = 4;
  Shared shared;
};

const Fields<Car>& fields_of(const Car*) {
  static const auto fields = Fields<Car>{}
                                 .optional("doors", &Car::doors, "How many doors")
                                 .part(&Car::shared, iter8::config::fields_of<Shared>());
  return fields;
}

std::string read_car(std::string_view yaml, Car& car) {
  Problems problems("f");
  Codec<Car>::read(document(yaml), problems, car);
  return problems_of(problems);
}

}  // namespace

TEST_CASE("the fields of a part stand among the others, with their checks and rules") {
  Car car;
  CHECK(read_car("{doors: 2, weight: 1.5, color: red}", car).empty());
  CHECK(car.doors == 2);
  CHECK(car.shared.weight == 1.5);
  CHECK(car.shared.color == "red");

  CHECK_THAT(read_car("{}", car), Catch::Contains("missing key 'color'"));
  CHECK_THAT(read_car("{color: red, weight: -1}", car), Catch::Contains("weight must be more than 0"));
  CHECK_THAT(read_car("{color: none}", car), Catch::Contains("no color"));
  CHECK_THAT(read_car("{color: red, wieght: 1}", car), Catch::Contains("did you mean 'weight'?"));
  CHECK(fields_of(&car).docs().size() == 3);
}
