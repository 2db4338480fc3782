// What backends and files of metrics say. The first byte chooses the reader, the rest is what it reads.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "base/csv.h"
#include "base/error.h"
#include "tasks/metrics/response/influxdb_response.h"
#include "tasks/metrics/response/openmetrics.h"
#include "tasks/metrics/response/prometheus_response.h"
#include "tasks/metrics/response/reading.h"

using namespace iter8::tasks::metrics;

namespace {

/// A page as `file` reads it, and as `endpoint` does: what is kept of a first reading is all of it, so that
/// nothing has grown from it to itself.
void read_page(std::string_view page) {
  const Selector selector{.name = "up"};
  for (const Series& series : select_samples(page, selector).series)
    if (series.points.empty()) abort();
  const Reading reading = read_exposition(page, selector);
  const Reading kept = parse_reading(to_text(reading));
  if (kept.series.size() != reading.series.size()) abort();
  for (const Series& series : growth(kept, reading).series) {
    const double increase = series.points.at(0).value;
    if (!std::isnan(increase) && increase != 0) abort();
  }
}

}  // namespace

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
        read_page(input);
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
