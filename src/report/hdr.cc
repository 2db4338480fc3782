#include <fmt/format.h>

#include "base/duration.h"
#include "base/text.h"
#include "report/formats.h"
#include "summary/wording.h"

namespace iter8::report {

namespace {

/// A tag ends at a comma, and tools split lines at spaces.
std::string tag_of(const std::string& metric, const std::string& version) {
  std::string tag = base::printable(metric + ":" + version);
  for (char& c : tag)
    if (c == ',' || c == ' ') c = '_';
  return tag;
}

}  // namespace

std::string hdr(const experiment::Result& result) {
  const auto started = std::chrono::duration<double>(result.start.time_since_epoch()).count();
  std::string text = "#[Histogram log format version 1.3]\n";
  text += fmt::format("#[StartTime: {:.3f} (seconds since epoch)]\n", started);
  text += "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n";
  for (const auto& [name, series] : result.metrics)
    for (std::size_t version = 0; version < series.versions.size(); ++version)
      for (const auto& point : series.versions[version]) {
        const auto* counts = std::get_if<experiment::BucketCounts>(&point.data);
        if (!counts || counts->hdr.empty() || counts->buckets.empty()) continue;
        text += fmt::format("Tag={},0.000,{:.3f},{:.6f},{}\n",
                            tag_of(name, summary::version_name(result, version)),
                            base::to_seconds(point.window), counts->buckets.back().upper, counts->hdr);
      }
  return text;
}

}  // namespace iter8::report
