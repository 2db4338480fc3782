// What backends and files of metrics say. The first byte chooses the reader, the rest is what it reads.
#include <cstdint>
#include <cstdlib>

#include "base/csv.h"
#include "base/error.h"
#include "tasks/metrics/response/influxdb_response.h"
#include "tasks/metrics/response/openmetrics.h"
#include "tasks/metrics/response/prometheus_response.h"

using namespace iter8::tasks::metrics;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    switch (data[0] % 6) {
      case 0:
        for (const auto& record : iter8::base::csv_records(input))
          if (record.empty()) abort();
        break;
      case 1:
        if (parse_selector(input).name.empty()) abort();
        break;
      case 2:
        for (const Series& series : select_samples(input, {.name = "up"}).series)
          if (series.points.empty()) abort();
        break;
      case 3:
        prometheus::parse_response(input);
        break;
      case 4:
        influxdb::parse_influxql_response(input);
        break;
      default:
        influxdb::parse_flux_response(input);
    }
  } catch (const iter8::base::Error&) {
  }
  return 0;
}
