#include "tasks/notify/history.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "experiment/result/result_document.h"
#include "web/foreign_json.h"

namespace iter8::tasks::notify {

namespace {

using experiment::Json;

constexpr std::string_view kSchema = "iter8/history/v1";
constexpr std::size_t kFileLimit = 16 * 1024 * 1024;

std::optional<RunStatus> parse_status(const Json& value) {
  for (const RunStatus status : {RunStatus::success, RunStatus::failure, RunStatus::inconclusive})
    if (value.is_string() && value.get_ref<const std::string&>() == to_text(status)) return status;
  return std::nullopt;
}

std::optional<PastEvent> past_event(const Json& entry) {
  if (!entry.is_object()) return std::nullopt;
  const auto outcome = parse_status(entry.value("outcome", Json()));
  const Json run = entry.value("run", Json());
  const Json iteration = entry.value("iteration", Json(1));
  const Json verdict = entry.value("verdict", Json(""));
  if (!outcome || !run.is_string() || !iteration.is_number_integer() || !verdict.is_string())
    return std::nullopt;
  return PastEvent{.run = run.get<std::string>(),
                   .iteration = iteration.get<int>(),
                   .status = *outcome,
                   .verdict = verdict.get<std::string>()};
}

bool is_same(const PastEvent& past, const Event& event) {
  return past.run == base::to_rfc3339(event.start) && past.iteration == event.iteration;
}

}  // namespace

History History::read(const std::filesystem::path& path) {
  std::error_code unknown;
  if (!std::filesystem::exists(path, unknown) && !unknown) return {};
  try {
    return parse(base::read_file(path, kFileLimit));
  } catch (const base::Error& error) {
    throw base::Error(base::printable(path.string(), 1000) + ": " + error.what() +
                      "; remove the file to begin anew");
  }
}

History History::parse(std::string_view text) {
  const Json document = web::parse_foreign_ordered_json(text);
  if (!document.is_object() || document.value("schema", Json()) != kSchema)
    throw base::Error("not a history of iter8");
  const Json experiments = document.value("experiments", Json::object());
  if (!experiments.is_object()) throw base::Error("not a history of iter8: expected a map of experiments");
  History history;
  for (const auto& [name, list] : experiments.items()) {
    Past past{.experiment = name, .events = {}};
    for (const Json& entry : list)
      if (auto event = past_event(entry)) past.events.push_back(std::move(*event));
    history.experiments_.push_back(std::move(past));
  }
  return history;
}

std::optional<RunStatus> History::before(const Event& event) const {
  for (const Past& past : experiments_) {
    if (past.experiment != event.experiment) continue;
    for (auto one = past.events.rbegin(); one != past.events.rend(); ++one)
      if (!is_same(*one, event)) return one->status;
  }
  return std::nullopt;
}

void History::add(const Event& event) {
  auto past =
      std::ranges::find_if(experiments_, [&](const Past& one) { return one.experiment == event.experiment; });
  if (past == experiments_.end())
    past = experiments_.insert(past, Past{.experiment = event.experiment, .events = {}});
  std::erase_if(past->events, [&](const PastEvent& one) { return is_same(one, event); });
  past->events.push_back({.run = base::to_rfc3339(event.start),
                          .iteration = event.iteration,
                          .status = event.status,
                          .verdict = event.verdict});
  if (past->events.size() > kKept) past->events.erase(past->events.begin());
}

std::string History::to_text() const {
  Json experiments = Json::object();
  for (const Past& past : experiments_) {
    Json& list = experiments[past.experiment] = Json::array();
    for (const PastEvent& event : past.events)
      list.push_back({{"run", event.run},
                      {"iteration", event.iteration},
                      {"outcome", tasks::to_text(event.status)},
                      {"verdict", event.verdict}});
  }
  const Json document{{"schema", kSchema}, {"experiments", std::move(experiments)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void History::write(const std::filesystem::path& path) const {
  base::write_file_atomically(path, to_text());
}

bool is_change(const History& history, const Event& event) {
  return history.before(event).value_or(RunStatus::success) != event.status;
}

}  // namespace iter8::tasks::notify
