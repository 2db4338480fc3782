#pragma once

#include <string_view>

#include "tasks/metrics/answer.h"

namespace iter8::tasks::metrics {

/// The answer of InfluxDB 1 to InfluxQL: each column but the time is a series of its own, with the tags as
/// labels. An `error`, also inside a status 200, is an error; a null is a point that nobody measured.
Answer influxql_answer(std::string_view body);

/// The annotated CSV with which InfluxDB 2 answers Flux. Rows of one table and one set of labels are a
/// series; its columns `_value` and `_time` are the points. Throws base::Error for a table of errors and for
/// what is no such CSV.
Answer flux_answer(std::string_view body);

}  // namespace iter8::tasks::metrics
