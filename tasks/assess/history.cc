#include "tasks/assess/history.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/duration.h"
#include "base/error.h"
#include "base/file.h"
#include "base/file_lock.h"
#include "experiment/result/load_series.h"
#include "experiment/result/result_document.h"
#include "experiment/result/value_document.h"
#include "web/foreign_json.h"

namespace iter8::tasks::assess {

using experiment::Json;

namespace {

constexpr std::string_view kSchema = "iter8/history/v1";
constexpr std::size_t kLargestFile = 256 * 1024 * 1024;
constexpr std::size_t kMostRuns = 1000;
constexpr base::Duration kLongestWait = std::chrono::seconds(30);

}  // namespace

std::string digest_of(const std::vector<experiment::Version>& versions) {
  std::string text;
  for (const experiment::Version& version : versions) {
    text += version.name + "\n";
    for (const auto& [key, value] : version.values)
      if (key != "url" && key != "weight") text += key + "=" + experiment::to_json(value).dump() + "\n";
  }
  return "sha256:" + base::sha256_hex(text);
}

std::vector<HistoryRun> history_of(std::string_view text) {
  try {
    const Json document = web::parse_foreign_ordered_json(text);
    if (document.is_discarded()) throw base::Error("expected a history file of iter8");
    if (document.at("schema") != kSchema) throw base::Error(fmt::format("expected the schema {}", kSchema));
    std::vector<HistoryRun> runs;
    for (const Json& run : document.at("runs"))
      runs.push_back({.versions_digest = run.at("versions").get<std::string>(),
                      .result = experiment::from_document(run.at("result"))});
    return runs;
  } catch (const Json::exception&) {
    throw base::Error("expected a history file of iter8");
  }
}

std::vector<HistoryRun> read_history(const std::filesystem::path& file) {
  std::error_code unknown;
  if (!std::filesystem::exists(file, unknown)) return {};
  try {
    return history_of(base::read_file(file, kLargestFile));
  } catch (const base::Error& error) {
    throw base::Error(fmt::format("history {}: {}", file.string(), error.what()));
  }
}

bool is_same_run(const experiment::Result& one, const experiment::Result& other) {
  return one.id == other.id && one.start == other.start && one.experiment_name == other.experiment_name;
}

void write_history(const std::filesystem::path& file, HistoryRun run, const base::Secrets& secrets) {
  const auto lock = base::FileLock::take(file, kLongestWait);
  if (!lock)
    throw base::Error(fmt::format("history {}: another run has been writing it for {}", file.string(),
                                  base::to_text(kLongestWait)));
  std::vector<HistoryRun> runs = read_history(file);
  const auto same = std::find_if(
      runs.begin(), runs.end(), [&](const HistoryRun& each) { return is_same_run(each.result, run.result); });
  if (same == runs.end())
    runs.push_back(std::move(run));
  else
    *same = std::move(run);
  if (runs.size() > kMostRuns) runs.erase(runs.begin(), runs.end() - kMostRuns);

  std::vector<experiment::LoadSeries*> series;
  for (HistoryRun& each : runs)
    for (experiment::LoadSeries& load : each.result.series) series.push_back(&load);
  experiment::limit_slices(series);

  Json document{{"schema", kSchema}};
  Json& list = document["runs"] = Json::array();
  for (const HistoryRun& each : runs)
    list.push_back({{"versions", each.versions_digest},
                    {"result", experiment::mask_document(experiment::to_document(each.result), secrets)}});
  base::write_file_atomically(file, document.dump(1) + "\n");
}

}  // namespace iter8::tasks::assess
