#include "experiment/load_series_document.h"

#include <fmt/format.h>

namespace iter8::experiment {

namespace {

/// Six digits are more than a plot or a paired comparison can tell apart, and fewer than 17.
double rounded(double value) {
  return Json::parse(fmt::format("{:.6g}", value)).get<double>();
}

template <typename Figure>
Json column(const LoadSeries& series, Figure figure) {
  Json list = Json::array();
  for (const LoadBlock& block : series.blocks) list.push_back(figure(block));
  return list;
}

Json counts(const LoadSeries& series, std::int64_t LoadBlock::*member) {
  return column(series, [member](const LoadBlock& block) { return block.*member; });
}

Json percentiles(const LoadSeries& series, std::optional<double> LoadBlock::*member) {
  return column(series, [member](const LoadBlock& block) {
    return block.*member ? Json(rounded(*(block.*member))) : Json();
  });
}

Json errors_of(const LoadSeries& series) {
  Json object = Json::object();
  for (const LoadBlock& block : series.blocks)
    for (const auto& [name, count] : block.errors)
      if (count > 0) object[name] = Json();
  for (auto& [name, list] : object.items())
    list = column(series, [&key = name](const LoadBlock& block) {
      const auto found = block.errors.find(key);
      return found == block.errors.end() ? std::int64_t{0} : found->second;
    });
  return object;
}

/// Reads one list of figures into the blocks; the first one says how many there are.
template <typename Put>
void read_column(const DocumentReader& object, const std::string& key, LoadSeries& series, Put put) {
  const DocumentReader place = object.at(key);
  const std::vector<DocumentReader> items = place.items();
  if (items.size() != series.blocks.size()) place.fail("one figure for each block");
  for (std::size_t i = 0; i < items.size(); ++i) put(series.blocks[i], items[i]);
}

void read_counts(const DocumentReader& object, const std::string& key, LoadSeries& series,
                 std::int64_t LoadBlock::*member) {
  read_column(object, key, series,
              [member](LoadBlock& block, const DocumentReader& item) { block.*member = item.integer(); });
}

void read_numbers(const DocumentReader& object, const std::string& key, LoadSeries& series,
                  double LoadBlock::*member) {
  read_column(object, key, series,
              [member](LoadBlock& block, const DocumentReader& item) { block.*member = item.number(); });
}

void read_percentiles(const DocumentReader& object, const std::string& key, LoadSeries& series,
                      std::optional<double> LoadBlock::*member) {
  read_column(object, key, series, [member](LoadBlock& block, const DocumentReader& item) {
    if (!item.is_null()) block.*member = item.number();
  });
}

void read_latency(const DocumentReader& latency, LoadSeries& series) {
  read_counts(latency, "count", series, &LoadBlock::ended);
  read_numbers(latency, "mean", series, &LoadBlock::mean);
  read_numbers(latency, "variance", series, &LoadBlock::variance);
  read_percentiles(latency, "p50", series, &LoadBlock::p50);
  read_percentiles(latency, "p95", series, &LoadBlock::p95);
  read_percentiles(latency, "p99", series, &LoadBlock::p99);
  read_column(latency, "histogram", series,
              [](LoadBlock& block, const DocumentReader& item) { block.histogram = item.text(); });
}

}  // namespace

Json to_document(const LoadSeries& series) {
  return {{"provider", series.provider},
          {"version", series.version},
          {"iteration", series.iteration},
          {"interval", series.interval},
          {"asked", counts(series, &LoadBlock::asked)},
          {"sent", counts(series, &LoadBlock::sent)},
          {"completed", counts(series, &LoadBlock::completed)},
          {"errors", errors_of(series)},
          {"connections", counts(series, &LoadBlock::connections)},
          {"latency",
           {{"count", counts(series, &LoadBlock::ended)},
            {"mean", column(series, [](const LoadBlock& block) { return rounded(block.mean); })},
            {"variance", column(series, [](const LoadBlock& block) { return rounded(block.variance); })},
            {"p50", percentiles(series, &LoadBlock::p50)},
            {"p95", percentiles(series, &LoadBlock::p95)},
            {"p99", percentiles(series, &LoadBlock::p99)},
            {"histogram", column(series, [](const LoadBlock& block) { return block.histogram; })}}}};
}

LoadSeries load_series_of(const DocumentReader& object, std::size_t versions) {
  LoadSeries series{.provider = object.at("provider").text(),
                    .version = object.at("version").index(),
                    .iteration = object.at("iteration").small_integer(),
                    .interval = object.at("interval").number(),
                    .blocks = {}};
  if (series.version >= versions) object.at("version").fail("the number of a version");
  if (!(series.interval > 0)) object.at("interval").fail("more than 0 seconds");
  series.blocks.resize(object.at("asked").items().size());
  read_counts(object, "asked", series, &LoadBlock::asked);
  read_counts(object, "sent", series, &LoadBlock::sent);
  read_counts(object, "completed", series, &LoadBlock::completed);
  read_counts(object, "connections", series, &LoadBlock::connections);
  const DocumentReader errors = object.at("errors");
  for (const auto& [name, list] : errors.entries())
    read_column(errors, name, series, [&key = name](LoadBlock& block, const DocumentReader& item) {
      if (const std::int64_t count = item.integer(); count != 0) block.errors[key] = count;
    });
  read_latency(object.at("latency"), series);
  return series;
}

}  // namespace iter8::experiment
