#include "experiment/result/load_series_document.h"

#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/duration.h"
#include "experiment/result/load_slices_document.h"

namespace iter8::experiment {

namespace {

using Blocks = std::vector<LoadBlock>;
using Timeline = stats::Timeline<LoadBlock>;

constexpr std::array<std::pair<const char*, double>, 3> kPercentiles{{{"p50", 50}, {"p95", 95}, {"p99", 99}}};

/// Six digits are more than a plot or a paired comparison can show, and take less room than 17.
double round_to_six_digits(double value) {
  return Json::parse(fmt::format("{:.6g}", value)).get<double>();
}

template <typename Figure>
Json column(const Blocks& blocks, Figure figure) {
  Json list = Json::array();
  for (const LoadBlock& block : blocks) list.push_back(figure(block));
  return list;
}

Json counts(const Blocks& blocks, std::int64_t LoadBlock::*member) {
  return column(blocks, [member](const LoadBlock& block) { return block.*member; });
}

Json errors_of(const Blocks& blocks) {
  Json object = Json::object();
  for (const LoadBlock& block : blocks)
    for (const auto& [name, count] : block.errors)
      if (count > 0) object[name] = Json();
  for (auto& [name, list] : object.items())
    list = column(blocks, [&key = name](const LoadBlock& block) {
      const auto found = block.errors.find(key);
      return found == block.errors.end() ? std::int64_t{0} : found->second;
    });
  return object;
}

Json latency_of(const Blocks& blocks) {
  Json object{
      {"count", column(blocks, [](const LoadBlock& block) { return std::llround(block.latency.count); })},
      {"mean",
       column(blocks, [](const LoadBlock& block) { return round_to_six_digits(block.latency.mean); })},
      {"variance",
       column(blocks, [](const LoadBlock& block) { return round_to_six_digits(block.latency.variance); })}};
  for (const auto& [name, p] : kPercentiles)
    object[name] = column(blocks, [p = p](const LoadBlock& block) {
      const std::optional<double> value = block.percentile(p);
      return value ? Json(round_to_six_digits(*value)) : Json();
    });
  object["histogram"] = column(blocks, [](const LoadBlock& block) { return block.histogram.to_text(); });
  return object;
}

/// Reads one list of figures into the blocks.
template <typename Put>
void read_column(const DocumentReader& object, const std::string& key, Blocks& blocks, Put put) {
  const DocumentReader place = object.at(key);
  const std::vector<DocumentReader> items = place.items();
  if (items.size() != blocks.size()) place.fail("one figure for each block");
  for (std::size_t i = 0; i < items.size(); ++i) put(blocks[i], items[i]);
}

std::int64_t count_of(const DocumentReader& item) {
  const std::int64_t count = item.integer();
  if (count < 0) item.fail("a count");
  return count;
}

void read_counts(const DocumentReader& object, const std::string& key, Blocks& blocks,
                 std::int64_t LoadBlock::*member) {
  read_column(object, key, blocks,
              [member](LoadBlock& block, const DocumentReader& item) { block.*member = count_of(item); });
}

/// Percentiles are not read: they are computed from the histogram.
void read_latency(const DocumentReader& latency, Blocks& blocks) {
  read_column(latency, "count", blocks, [](LoadBlock& block, const DocumentReader& item) {
    block.latency.count = static_cast<double>(count_of(item));
  });
  read_column(latency, "mean", blocks,
              [](LoadBlock& block, const DocumentReader& item) { block.latency.mean = item.number(); });
  read_column(latency, "variance", blocks,
              [](LoadBlock& block, const DocumentReader& item) { block.latency.variance = item.number(); });
  read_column(latency, "histogram", blocks, [](LoadBlock& block, const DocumentReader& item) {
    const auto histogram = stats::Sketch::parse(item.text());
    if (!histogram) item.fail("counts of buckets such as '288:1,4 300:12'");
    block.histogram = *histogram;
  });
}

Blocks blocks_of(const DocumentReader& object) {
  const std::size_t count = object.at("asked").items().size();
  if (count > Timeline::kMostPoints)
    object.at("asked").fail(fmt::format("at most {}", Timeline::kMostPoints));
  Blocks blocks(count);
  read_counts(object, "asked", blocks, &LoadBlock::asked);
  read_counts(object, "sent", blocks, &LoadBlock::sent);
  read_counts(object, "completed", blocks, &LoadBlock::completed);
  read_counts(object, "connections", blocks, &LoadBlock::connections);
  const DocumentReader errors = object.at("errors");
  for (const auto& [name, list] : errors.entries())
    read_column(errors, name, blocks, [&key = name](LoadBlock& block, const DocumentReader& item) {
      if (const std::int64_t failed = count_of(item); failed > 0) block.errors[key] = failed;
    });
  read_latency(object.at("latency"), blocks);
  return blocks;
}

base::Duration interval_of(const DocumentReader& place) {
  constexpr std::int64_t kLongest = std::int64_t{1} << 30;
  const std::int64_t seconds = place.integer();
  if (seconds < 1 || seconds > kLongest || !Timeline::is_interval(std::chrono::seconds(seconds)))
    place.fail("a power of two");
  return std::chrono::seconds(seconds);
}

base::WallTime start_time_of(const DocumentReader& place) {
  const auto time = base::parse_rfc3339(place.text());
  if (!time) place.fail("a time such as 2026-01-01T00:00:00.000Z");
  return *time;
}

}  // namespace

Json to_document(const LoadSeries& series) {
  const Blocks& blocks = series.blocks.points();
  Json object{{"provider", series.provider},
              {"version", series.version},
              {"iteration", series.iteration},
              {"startTime", base::to_rfc3339_milliseconds(series.start)},
              {"seconds", round_to_six_digits(series.seconds)},
              {"interval", std::chrono::floor<std::chrono::seconds>(series.blocks.interval()).count()},
              {"asked", counts(blocks, &LoadBlock::asked)},
              {"sent", counts(blocks, &LoadBlock::sent)},
              {"completed", counts(blocks, &LoadBlock::completed)},
              {"errors", errors_of(blocks)},
              {"connections", counts(blocks, &LoadBlock::connections)},
              {"latency", latency_of(blocks)}};
  if (series.seed) object["seed"] = *series.seed;
  if (Json slices = slices_document(series); !slices.is_null()) object["slices"] = std::move(slices);
  return object;
}

LoadSeries load_series_of(const DocumentReader& object, std::size_t versions) {
  const std::size_t version = object.at("version").index();
  if (version >= versions) object.at("version").fail("the number of a version");
  LoadSeries series{.provider = object.at("provider").text(),
                    .version = version,
                    .iteration = object.at("iteration").small_integer(),
                    .start = start_time_of(object.at("startTime")),
                    .seconds = object.at("seconds").number(),
                    .blocks = {interval_of(object.at("interval")), blocks_of(object)}};
  if (const auto seed = object.find("seed")) series.seed = static_cast<std::uint64_t>(count_of(*seed));
  if (const auto slices = object.find("slices")) read_slices(*slices, series);
  return series;
}

}  // namespace iter8::experiment
