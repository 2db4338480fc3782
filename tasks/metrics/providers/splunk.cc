#include <algorithm>
#include <array>
#include <sstream>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "tasks/metrics/http_source.h"
#include "tasks/metrics/providers.h"
#include "tasks/metrics/response/json.h"

namespace iter8::tasks::metrics::splunk {

namespace {

struct Options {
  std::optional<TemplateText> url;
  CallOptions call;
};

const config::Fields<Options>& fields_of(const Options*) {
  static const auto fields = backend_fields<Options>();
  return fields;
}

/// Splunk Enterprise and Cloud: a search that is run and read in one request. Its last command makes the
/// numbers (stats count, mstats).
class SplunkSource final : public HttpSource {
 public:
  SplunkSource(Options options, TextQuery query) : options_(std::move(options)), query_(std::move(query)) {}

  std::string query_text(const QueryInput& input) const override { return render(query_.query, input); }

 protected:
  web::Request build_request(const QueryInput& input, const std::filesystem::path& directory) const override {
    web::Request request =
        request_to(options_.url, options_.call, "/services/search/jobs/export", input, directory);
    request.method = "POST";
    const std::string search = query_text(input);
    const bool command = search.starts_with("search ") || search.starts_with('|');
    set_body(request,
             form_encode({{"search", command ? search : "search " + search},
                          {"output_mode", "json"},
                          {"preview", "false"},
                          {"earliest_time", unix_seconds(input.window.start)},
                          {"latest_time", unix_seconds(input.window.end)}}),
             "application/x-www-form-urlencoded");
    return request;
  }

  QueryResult parse(const std::string& body, const std::stop_token& stop) const override;

 private:
  Options options_;
  TextQuery query_;
};

void add_messages(const Json& line, QueryResult& result) {
  const Json* messages = find(line, {"messages"});
  if (messages == nullptr || !messages->is_array()) return;
  for (const Json& message : *messages) {
    const std::string type = text_of(message, "type");
    const std::string said = base::printable(text_of(message, "text"));
    if (type == "FATAL" || type == "ERROR") throw base::Error("Splunk says: " + said);
    if (type == "WARN") result.warnings.push_back(said);
  }
}

/// {"result": {"version": "stable", "count": "1200"}}: all values are text; those that read as
/// numbers are columns.
void add_columns(const Json& row, QueryResult& result) {
  Labels labels;
  std::vector<std::pair<std::string, double>> columns;
  for (const auto& [name, value] : row.items()) {
    if (const auto number = value.is_null() ? std::nullopt : number_of(value))
      columns.emplace_back(name, *number);
    else if (value.is_string())
      labels.emplace_back(name, value.get<std::string>());
  }
  for (const auto& [name, number] : columns)
    result.series.push_back(
        {.labels = labels, .field = name, .points = {{.value = number, .time = {}}}, .histogram = {}});
}

/// Of a search that Splunk ended early: "auto-finalized after 10 events", "results may be incomplete".
bool says_partial(const std::string& warning) {
  return std::ranges::any_of(
      std::array{"finalized", "truncated", "incomplete", "partial"},
      [&warning](const char* word) { return warning.find(word) != std::string::npos; });
}

/// A document a line; previews are numbers of a search that still runs.
QueryResult SplunkSource::parse(const std::string& body, const std::stop_token&) const {
  QueryResult result;
  std::istringstream lines(body);
  for (std::string line; std::getline(lines, line);) {
    if (base::trim(line).empty()) continue;
    const Json json = parse_json(line);
    add_messages(json, result);
    const Json* preview = find(json, {"preview"});
    const Json* row = find(json, {"result"});
    if (row != nullptr && row->is_object() && (preview == nullptr || *preview == false))
      add_columns(*row, result);
  }
  for (const std::string& warning : result.warnings)
    if (says_partial(base::lower(warning))) mark_partial(result, warning);
  return result;
}

std::unique_ptr<Source> make_source(const Options& options, const TextQuery& query,
                                    const SourceLocation& location) {
  require_text(options.url, "url", location);
  require_text(query.query, "query", location);
  return std::make_unique<SplunkSource>(options, query);
}

}  // namespace

Provider provider() {
  return make_provider<Options, TextQuery>(
      "splunk", "Splunk Enterprise and Cloud, searches that end in numbers", make_source);
}

}  // namespace iter8::tasks::metrics::splunk
