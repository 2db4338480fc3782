#pragma once

#include <string_view>

#include "tasks/metrics/response/query_result.h"

namespace iter8::tasks::metrics::influxdb {

/// Reads what InfluxDB 1 answers to InfluxQL: each column but the time is a series of its own, with the tags
/// as labels. An `error`, also inside a status 200, is an error; a null is a point that nobody measured.
QueryResult parse_influxql_response(std::string_view body);

/// Reads the annotated CSV with which InfluxDB 2 answers Flux. Rows of one table and one set of labels are a
/// series; its columns `_value` and `_time` are the points. Throws base::Error for a table of errors and for
/// any other CSV.
QueryResult parse_flux_response(std::string_view body);

}  // namespace iter8::tasks::metrics::influxdb
