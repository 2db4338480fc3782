#include <cmath>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/number.h"
#include "tasks/metrics/response/influxdb_response.h"
#include "tasks/metrics/response/openmetrics.h"
#include "tasks/metrics/response/prometheus_response.h"
#include "tasks/metrics/response/reading.h"

using namespace iter8;
using namespace iter8::tasks::metrics;
using Catch::Contains;

TEST_CASE("prometheus: vectors, matrices, scalars and native histograms") {
  const QueryResult vector = prometheus::parse_response(
      R"({"status":"success","data":{"resultType":"vector","result":[
          {"metric":{"version":"a"},"value":[1767225600.5,"1.5"]},{"metric":{},"value":[1,"NaN"]}]},
          "warnings":["partial"]})");
  REQUIRE(vector.series.size() == 2);
  CHECK(vector.series[0].labels == Labels{{"version", "a"}});
  CHECK(vector.series[0].points[0].value == 1.5);
  CHECK(vector.series[0].points[0].time == base::WallTime(std::chrono::milliseconds(1767225600500)));
  CHECK(std::isnan(vector.series[1].points[0].value));
  CHECK(vector.warnings == std::vector<std::string>{"partial"});

  const QueryResult matrix = prometheus::parse_response(
      R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"1"],[2,"+Inf"]]}]}})");
  CHECK(matrix.series[0].points.size() == 2);
  CHECK(std::isinf(matrix.series[0].points[1].value));

  CHECK(prometheus::parse_response(R"({"status":"success","data":{"resultType":"scalar","result":[1,"3"]}})")
            .series[0]
            .points[0]
            .value == 3);
  const QueryResult histogram = prometheus::parse_response(
      R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":
          [1,{"count":"3","sum":"1","buckets":[[0,"0.5","1","2"],[0,"1","2","1"]]}]}]}})");
  REQUIRE(histogram.series[0].histogram);
  CHECK(histogram.series[0].histogram->buckets[1].upper == 2);
}

TEST_CASE("prometheus: what is not an answer is an error") {
  CHECK_THROWS_WITH(
      prometheus::parse_response(R"({"status":"error","errorType":"bad_data","error":"unknown function"})"),
      Contains("status 'error', bad_data: unknown function"));
  CHECK_THROWS_WITH(prometheus::parse_response("<html>Sign in</html>"),
                    Contains("expected JSON, found HTML"));
  CHECK_THROWS_WITH(prometheus::parse_response(R"({"status":"succ)"),
                    Contains("expected JSON, found parse error"));
  CHECK_THROWS_WITH(prometheus::parse_response(R"({"status":"success","data":{}})"),
                    Contains("no 'data.result'"));
  CHECK_THROWS_WITH(
      prometheus::parse_response(R"({"status":"success","data":{"resultType":"streams","result":[]}})"),
      Contains("log lines"));
  CHECK_THROWS_WITH(prometheus::parse_response(
                        R"({"status":"success","data":{"resultType":"vector","result":[{"value":[1,{}]}]}})"),
                    Contains("expected a number"));
}

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
  for (const char* selector :
       {"r{code", "r{code=}", "r{code!\"1\"}", "r{code=\"1\"", "r{=\"1\"}", "{}", "r{} x"})
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

namespace {

Reading reading_of(const std::string& page, const std::string& selector = "r") {
  Reading reading = read_exposition(page, parse_selector(selector));
  reading.time = base::WallTime(std::chrono::milliseconds(1767225600250));
  return reading;
}

/// The growth by labels, in their order.
std::string grown(const Reading& first, const Reading& last) {
  std::string text;
  for (const Series& series : growth(first, last).series) {
    CHECK(series.adds_up);
    text += to_text(series.labels) + "=" + base::shortest(series.points.back().value) + " ";
  }
  return text;
}

}  // namespace

TEST_CASE("readings: what a counter grew by") {
  const Reading first = reading_of("r{a=\"1\"} 10\nr{a=\"2\"} 20\n");
  CHECK(grown(first, reading_of("r{a=\"2\"} 25\nr{a=\"1\"} 10\nr{a=\"3\"} 7\n")) ==
        R"({a="2"}=5 {a="1"}=0 {a="3"}=7 )");
  CHECK(growth(first, reading_of("r{a=\"1\"} 11\n")).warnings.empty());
  CHECK(grown(first, reading_of("")).empty());
  CHECK(grown(first, reading_of("r{a=\"1\"} 11\n", "r{a=\"9\"}")) == "{}=0 ");
}

TEST_CASE("readings: a counter that begins anew grew by what it is now, and the result says so") {
  const Reading first = reading_of("r{a=\"1\"} 10\nr{a=\"2\"} 20\n");
  const Reading fallen = reading_of("r{a=\"1\"} 4\nr{a=\"2\"} 25\n");
  CHECK(grown(first, fallen) == R"({a="1"}=4 {a="2"}=5 )");
  CHECK_THAT(growth(first, fallen).warnings.at(0), Contains("began anew"));

  const std::string start = "process_start_time_seconds ";
  const Reading before = reading_of(start + "100\nr 10\n");
  CHECK(grown(before, reading_of(start + "100.5\nr 15\n")) == "{}=5 ");
  CHECK(grown(before, reading_of(start + "200\nr 15\n")) == "{}=15 ");

  // One bucket that fell tells that all of its histogram began anew.
  const std::string head = "# TYPE t histogram\n";
  const Reading buckets = reading_of(head + "t_bucket{le=\"1\"} 5\nt_bucket{le=\"+Inf\"} 5\n", "t");
  CHECK(grown(buckets, reading_of(head + "t_bucket{le=\"1\"} 2\nt_bucket{le=\"+Inf\"} 6\n", "t")) ==
        R"({le="1"}=2 {le="+Inf"}=6 )");
}

TEST_CASE("readings are kept as text") {
  const Reading reading =
      reading_of("process_start_time_seconds 7\n# TYPE r counter\nr{a=\"\\\"x\"} 10\nr NaN\n");
  const Reading again = parse_reading(to_text(reading));
  CHECK(again.time == reading.time);
  CHECK(again.type == "counter");
  CHECK(again.process_start == 7);
  REQUIRE(again.series.size() == 1);
  CHECK(again.series[0].labels == reading.series[0].labels);
  CHECK(again.series[0].points[0].value == 10);
  for (const char* text : {"", "{}", "[]", "{\"time\":\"x\",\"type\":\"\",\"series\":[]}"})
    CHECK_THROWS_AS(parse_reading(text), base::Error);
}

TEST_CASE("influxdb 2: annotated CSV of several tables") {
  const QueryResult answer = influxdb::parse_flux_response(
      "#datatype,string,long,dateTime:RFC3339,double,string\r\n,result,table,_time,_value,version\r\n"
      ",,0,2026-01-01T00:00:00Z,1.5,a\r\n,,0,2026-01-01T00:00:10Z,2.5,a\r\n,,1,2026-01-01T00:00:00Z,,"
      "b\r\n\r\n"
      "#datatype,string,long,long\r\n,result,table,_value\r\n,,0,7\r\n");
  REQUIRE(answer.series.size() == 3);
  CHECK(answer.series[0].labels == Labels{{"version", "a"}});
  CHECK(answer.series[0].points[1].value == 2.5);
  CHECK(answer.series[0].points[0].time == base::WallTime(std::chrono::seconds(1767225600)));
  CHECK(answer.series[1].points.empty());
  CHECK(answer.series[2].points[0].value == 7);
  CHECK(influxdb::parse_flux_response("\r\n").series.empty());
  CHECK_THROWS_WITH(
      influxdb::parse_flux_response("#datatype,string,string\n,error,reference\n,no such bucket,897\n"),
      Contains("no such bucket"));
  CHECK_THROWS_WITH(influxdb::parse_flux_response("<html>"), Contains("expected annotated CSV"));
}

TEST_CASE("influxdb 1: an error inside a good status is an error") {
  CHECK_THROWS_WITH(influxdb::parse_influxql_response(
                        R"({"results":[{"statement_id":0,"error":"database not found: x"}]})"),
                    Contains("the backend says: database not found: x"));
  const QueryResult answer = influxdb::parse_influxql_response(
      R"({"results":[{"series":[{"name":"o","tags":{"v":"a"},"columns":["time","mean"],"values":[[1000,2],[2000,null]]}]}]})");
  REQUIRE(answer.series.size() == 1);
  CHECK(answer.series[0].field == "mean");
  CHECK(answer.series[0].points.size() == 1);
}
