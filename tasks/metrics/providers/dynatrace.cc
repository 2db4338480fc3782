#include "base/error.h"
#include "base/text.h"
#include "tasks/metrics/backend.h"
#include "tasks/metrics/json.h"
#include "tasks/metrics/providers.h"

namespace iter8::tasks::metrics {

namespace {

struct DynatraceOptions {
  std::optional<TemplateText> url;
  std::string token;
  CallOptions call;
};

struct DynatraceQuery {
  std::optional<TemplateText> query;
  std::optional<TemplateText> entities;
  std::string resolution = "Inf";
};

class DynatraceSource final : public HttpSource {
 public:
  DynatraceSource(DynatraceOptions options, DynatraceQuery query)
      : options_(std::move(options)), query_(std::move(query)) {}

  std::string text(const QueryInput& input) const override { return rendered(query_.query, input); }

 protected:
  web::Request request(const QueryInput& input, const std::filesystem::path& directory) const override;
  Answer answer(const std::string& body, const QueryInput& input, const std::stop_token& stop) const override;

 private:
  DynatraceOptions options_;
  DynatraceQuery query_;
};

web::Request DynatraceSource::request(const QueryInput& input, const std::filesystem::path& directory) const {
  web::Request request = request_to(options_.url, options_.call, "/api/v2/metrics/query", input, directory);
  request.headers.emplace_back("Authorization", "Api-Token " + options_.token);
  add_parameters(request, {{"metricSelector", text(input)},
                           {"resolution", query_.resolution},
                           {"from", std::to_string(unix_milliseconds(input.window.start))},
                           {"to", std::to_string(unix_milliseconds(input.window.end))}});
  if (query_.entities) add_parameters(request, {{"entitySelector", rendered(query_.entities, input)}});
  return request;
}

/// {"dimensionMap": {"version": "stable"}, "timestamps": [1700000000000], "values": [12.5]}
Series series_of(const Json& data) {
  Series series;
  if (const Json* dimensions = find(data, {"dimensionMap"}); dimensions != nullptr && dimensions->is_object())
    for (const auto& [key, value] : dimensions->items())
      series.labels.emplace_back(key, value.is_string() ? value.get<std::string>() : value.dump());
  const Json* times = find(data, {"timestamps"});
  const Json* values = find(data, {"values"});
  if (times == nullptr || values == nullptr || !times->is_array() || !values->is_array() ||
      times->size() != values->size())
    throw base::Error("a series of the answer has no matching 'timestamps' and 'values'");
  for (std::size_t i = 0; i < values->size(); ++i) {
    if ((*values)[i].is_null()) continue;  // an interval without data
    std::optional<base::WallTime> time;
    if ((*times)[i].is_number_integer())
      time = base::WallTime(std::chrono::milliseconds((*times)[i].get<std::int64_t>()));
    series.points.push_back({expect_number((*values)[i]), time});
  }
  return series;
}

void add_warnings(const Json& from, std::vector<std::string>& warnings) {
  const Json* list = find(from, {"warnings"});
  if (list == nullptr || !list->is_array()) return;
  for (const Json& warning : *list)
    if (warning.is_string()) warnings.push_back(base::printable(warning.get<std::string>()));
}

Answer DynatraceSource::answer(const std::string& body, const QueryInput&, const std::stop_token&) const {
  const Json document = json_of(body);
  if (const Json* error = find(document, {"error"}); error != nullptr)
    throw base::Error("Dynatrace says: " + base::printable(text_of(*error, "message")));
  const Json* results = find(document, {"result"});
  if (results == nullptr || !results->is_array()) throw base::Error("the answer has no list 'result'");
  Answer answer;
  add_warnings(document, answer.warnings);
  if (const Json* more = find(document, {"nextPageKey"}); more != nullptr && more->is_string())
    answer.warnings.emplace_back("the answer has further pages, which are not read: narrow the selector");
  for (const Json& result : *results) {
    add_warnings(result, answer.warnings);
    const Json* data = find(result, {"data"});
    if (data == nullptr || !data->is_array()) throw base::Error("a result of the answer has no list 'data'");
    for (const Json& each : *data) answer.series.push_back(series_of(each));
  }
  return answer;
}

const config::Fields<DynatraceOptions>& fields_of(const DynatraceOptions*) {
  static const auto fields = backend_fields<DynatraceOptions>().optional(
      "token", &DynatraceOptions::token, "API token with the scope metrics.read");
  return fields;
}

const config::Fields<DynatraceQuery>& fields_of(const DynatraceQuery*) {
  static const auto fields =
      config::Fields<DynatraceQuery>{}
          .optional("query", &DynatraceQuery::query, "Metric selector")
          .optional("entitySelector", &DynatraceQuery::entities, "Which entities count")
          .optional("resolution", &DynatraceQuery::resolution,
                    "Inf makes one number of the window; a time, such as 1m, one a step");
  return fields;
}

std::unique_ptr<Source> make(const DynatraceOptions& options, const DynatraceQuery& query,
                             const SourceLocation& place) {
  expect_text(options.url, "url", place);
  expect_text(query.query, "query", place);
  if (options.token.empty()) place.object("missing key 'token'");
  place.context.secrets.add(options.token);
  return std::make_unique<DynatraceSource>(options, query);
}

}  // namespace

Provider dynatrace_provider() {
  return provider<DynatraceOptions, DynatraceQuery>("dynatrace", "Dynatrace metrics API v2", make);
}

}  // namespace iter8::tasks::metrics
