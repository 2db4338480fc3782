#include "tasks/metrics/response/openmetrics.h"

#include <chrono>
#include <ctime>
#include <stop_token>

#include <catch2/catch.hpp>

#include "base/error.h"

using namespace iter8;
using namespace iter8::tasks::metrics;
using Catch::Contains;

TEST_CASE("openmetrics: samples are selected by name and labels") {
  const std::string page =
      "# TYPE r counter\nr_total{a=\"1\",b=\"x\\\"y\"} 5 1767225600 # {id=\"7\"} 1 2\nr_total{a=\"2\"} 6\n# "
      "EOF\n";
  const QueryResult answer = select_samples(page, parse_selector("r_total{a=\"1\"}"));
  REQUIRE(answer.series.size() == 1);
  CHECK(answer.series[0].labels[1].second == "x\"y");
  CHECK(answer.series[0].points[0].value == 5);
  CHECK(answer.series[0].points[0].time == base::WallTime(std::chrono::seconds(1767225600)));
  CHECK(select_samples(page, parse_selector("r_total")).series.size() == 2);
  CHECK(select_samples("", parse_selector("x")).series.empty());
  CHECK_THROWS_WITH(select_samples("a 1\nb\n", parse_selector("a")), Contains("line 2: expected a number"));
  CHECK_THROWS_WITH(parse_selector("a{b=c}"), Contains("expected a selector"));
}

TEST_CASE("openmetrics: selectors compare labels as in PromQL") {
  const std::string page = "r{code=\"200\",path=\"/a\"} 1\nr{code=\"500\"} 2\nr{code=\"503\",path=\"\"} 4\n";
  const auto sum_of = [&page](const std::string& selector) {
    double sum = 0;
    for (const Series& series : select_samples(page, parse_selector(selector)).series)
      sum += series.points.back().value;
    return sum;
  };
  CHECK(sum_of("r") == 7);
  CHECK(sum_of("r{}") == 7);
  CHECK(sum_of(R"(r{code="200"})") == 1);
  CHECK(sum_of(R"(r{code!="200"})") == 6);
  CHECK(sum_of(R"(r{code=~"5.."})") == 6);
  CHECK(sum_of(R"(r{code=~"5"})") == 0);
  CHECK(sum_of(R"(r{code!~"200|500", path=""})") == 4);
  CHECK(sum_of(R"(r{path!=""})") == 1);
  CHECK_THROWS_WITH(parse_selector(R"(r{code=~"("})"), Contains("regular expression"));
  for (const char* selector : {"r{code", "r{code=}", "r{code!\"1\"}", "r{code=\"1\"", "r{=\"1\"}", "{}",
                               "r{} x", "{code=\"1\"}", "{\"\"}", "r{\"s\"}", "{\"r\",\"s\"}", "{\"r}"})
    CHECK_THROWS_WITH(parse_selector(selector), Contains("expected a selector"));
}

TEST_CASE("openmetrics: a reading knows the metric's type and when the process began") {
  const std::string page =
      "# TYPE t histogram\nt_bucket{le=\"1\"} 2\nt_bucket{le=\"+Inf\"} 3\nt_sum 4\nt_count 3\n"
      "# TYPE up gauge\nup 1\n# TYPE r counter\nr_total{a=\"1\"} 5\nprocess_start_time_seconds 1.7e9\n";
  const auto reading = [&page](const std::string& selector) {
    return read_exposition(page, parse_selector(selector));
  };
  CHECK(reading("t").series.size() == 2);
  CHECK(reading("t").type == "histogram");
  CHECK(reading("t_bucket").series.size() == 2);
  CHECK(reading("t_bucket").type == "histogram");
  CHECK(reading("t_sum").type == "histogram");
  CHECK(reading("up").type == "gauge");
  CHECK(reading("r").series.size() == 1);
  CHECK(reading("r_total").type == "counter");
  CHECK(reading("up").process_start == 1.7e9);
  CHECK(reading(R"(r_total{a="2"})").is_known);
  CHECK_FALSE(reading("other").is_known);
}

TEST_CASE("openmetrics: names of Prometheus 3 are in quotes, and a byte order mark is skipped") {
  const std::string page =
      "\xef\xbb\xbf# TYPE \"a.total b\" counter\n{\"a.total b\",x=\"1\",\"y.z\"=\"\\\"2\"} 15\n{\"a.total "
      "b\"} 1\n"
      "{\"plain\", } 3\nplain{x=\"1\"} 4\n# TYPE \"unclosed\n";
  CHECK_THROWS_WITH(read_exposition(page, {.name = "plain"}), Contains("line 6: a quote that is not closed"));
  const std::string good = page.substr(0, page.rfind("# TYPE"));
  const Reading one = read_exposition(good, parse_selector(R"({"a.total b", "y.z"=~".2"})"));
  REQUIRE(one.series.size() == 1);
  CHECK(one.type == "counter");
  CHECK(one.series[0].labels == Labels{{"x", "1"}, {"y.z", "\"2"}});
  CHECK(one.series[0].points[0].value == 15);
  CHECK(read_exposition(good, parse_selector(R"({"a.total b"})")).series.size() == 2);
  CHECK(read_exposition(good, parse_selector("plain")).series.size() == 2);
  CHECK(read_exposition(good, parse_selector(R"({x="1", "plain"})")).series.size() == 1);
  CHECK_THROWS_WITH(select_samples("{\"a\":5}", {.name = "a"}), Contains("line 1: this is JSON"));
  CHECK_THROWS_WITH(select_samples("{x=\"1\"} 5", {.name = "a"}), Contains("expected a name"));
  CHECK_THROWS_WITH(select_samples("a 1\n\xef\xbb\xbf", {.name = "a"}), Contains("line 2"));
}

TEST_CASE("openmetrics: what stands twice or behind the end is an error at its line") {
  const auto error_of = [](const std::string& page) {
    try {
      read_exposition(page, {.name = "a"});
    } catch (const base::Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(error_of("a 1\n\na 2\n") == "line 3: the series stands twice: a{}");
  CHECK(error_of("a{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 1\n") ==
        "line 2: the series stands twice: a{x=\"1\", y=\"2\"}");
  CHECK(error_of("# TYPE a counter\na_total 1\na 1\na_total 1\n") ==
        "line 4: the series stands twice: a_total{}");
  CHECK_THAT(error_of("a 1 5\na 1 5\n"), Contains("line 2: the series stands twice"));
  CHECK_THAT(error_of("a{x=\"1\",x=\"2\"} 1\n"), Contains("line 1: the label 'x' stands twice"));
  CHECK_THAT(error_of("a{x=\"\xff\"} 1\n"), Contains("line 1: the label 'x' is not UTF-8"));
  CHECK(error_of("a 1\n# EOF\na 2\n") == "line 3: text behind # EOF");
  CHECK(error_of("a 1\n# EOF\n# EOF\n") == "line 3: text behind # EOF");
  CHECK(error_of("a 1\nb 1\nb 1\n# EOF\n\n").empty());
  CHECK(error_of("# HELP a no # EOF\na 1\n").empty());

  // OpenMetrics may give points of several times; the last one counts. A file's may be reduced.
  const std::string points = "a 1 10\na 4 20\n# EOF\n";
  CHECK(read_exposition(points, {.name = "a"}).series.at(0).points.at(0).value == 4);
  CHECK(select_samples("a 1\na 4\n", {.name = "a"}).series.at(0).points.size() == 2);
  CHECK(select_samples(points, {.name = "a"}).series.at(0).points.at(0).time ==
        base::WallTime(std::chrono::seconds(10)));
}

TEST_CASE("openmetrics: a page takes time in proportion to its series, up to a limit, and can be stopped") {
  const auto page_of = [](std::size_t size) {
    std::string page;
    for (std::size_t i = 0; i < size; ++i) page += "a_total{x=\"" + std::to_string(i) + "\"} 1\n";
    return page;
  };
  const std::string page = page_of(200'000);
  const std::clock_t start = std::clock();
  const Reading first = read_exposition(page, {.name = "a_total"});
  const QueryResult grown = growth(parse_reading(to_text(first)), read_exposition(page, {.name = "a_total"}));
  CHECK(grown.series.size() == 200'000);
  CHECK(grown.series.back().points[0].value == 0);
  CHECK((std::clock() - start) / CLOCKS_PER_SEC < 60);  // many minutes, were it quadratic

  CHECK_THROWS_WITH(read_exposition(page_of(kMostSeries + 1), {.name = "a_total"}),
                    Contains("line 250001: more than 250000 series are selected"));
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_WITH(read_exposition(page, {.name = "a_total"}, stop.get_token()), Contains("stopped"));
  CHECK_THROWS_WITH(select_samples(page, {.name = "b"}, stop.get_token()), Contains("stopped"));
}
