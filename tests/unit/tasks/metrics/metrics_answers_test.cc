#include <cmath>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tasks/metrics/response/influxdb_response.h"
#include "tasks/metrics/response/prometheus_response.h"

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
  for (const char* count : {"1e19", "-1", "NaN"})
    CHECK_THROWS_WITH(
        prometheus::parse_response(
            R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":[1,{"buckets":[[0,"1","2",")" +
            std::string(count) + R"("]]}]}]}})"),
        Contains("a bucket holds"));
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
