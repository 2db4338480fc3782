#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"
#include "tasks/metrics/backend.h"
#include "tasks/metrics/json.h"
#include "tasks/metrics/providers.h"

namespace iter8::tasks::metrics {

enum class NewRelicRegion { us, eu };

}  // namespace iter8::tasks::metrics

namespace iter8::config {

template <>
struct Choices<tasks::metrics::NewRelicRegion> {
  using enum tasks::metrics::NewRelicRegion;
  static constexpr std::array names{std::pair{"us", us}, std::pair{"eu", eu}};
};

}  // namespace iter8::config

namespace iter8::tasks::metrics {

namespace {

struct NewRelicOptions {
  NewRelicRegion region = NewRelicRegion::us;
  std::optional<TemplateText> url;
  std::int64_t account = 0;
  std::string api_key;
  std::int64_t query_seconds = 10;
  CallOptions call;
};

constexpr const char* kNerdGraph =
    "query($account: Int!, $nrql: Nrql!, $timeout: Seconds) "
    "{ actor { account(id: $account) { nrql(query: $nrql, timeout: $timeout) { results } } } }";

class NewRelicSource final : public HttpSource {
 public:
  NewRelicSource(NewRelicOptions options, TextQuery query)
      : options_(std::move(options)), query_(std::move(query)) {}

  std::string text(const QueryInput& input) const override { return rendered(query_.query, input); }

 protected:
  web::Request request(const QueryInput& input, const std::filesystem::path& directory) const override;
  Answer answer(const std::string& body, const QueryInput& input, const std::stop_token& stop) const override;

 private:
  NewRelicOptions options_;
  TextQuery query_;
};

web::Request NewRelicSource::request(const QueryInput& input, const std::filesystem::path& directory) const {
  web::Request request = request_to(options_.url, options_.call, "", input, directory);
  request.method = "POST";
  request.headers.emplace_back("API-Key", options_.api_key);
  const Json variables = {
      {"account", options_.account}, {"nrql", text(input)}, {"timeout", options_.query_seconds}};
  set_body(request, Json{{"query", kNerdGraph}, {"variables", variables}}.dump(), "application/json");
  return request;
}

/// One number of a row; percentile() and the like give an object of several: {"percentile.duration":
/// {"95": 12.5}}.
void add_value(const std::string& name, const Json& value, const Labels& labels,
               std::optional<base::WallTime> time, std::vector<Series>& rows) {
  if (value.is_object()) {
    for (const auto& [key, inner] : value.items()) add_value(name + "." + key, inner, labels, time, rows);
    return;
  }
  if (!value.is_number()) return;
  const auto same = [&](const Series& series) { return series.field == name && series.labels == labels; };
  auto series = std::ranges::find_if(rows, same);
  if (series == rows.end()) series = rows.insert(rows.end(), {.labels = labels, .field = name});
  series->points.push_back({value.get<double>(), time});
}

/// A row: {"facet": "stable", "version": "stable", "average.duration": 12.5, "endTimeSeconds": 1700000000}
void add_row(const Json& row, std::vector<Series>& rows) {
  if (!row.is_object()) throw base::Error("a result of the answer is no map: " + base::printable(row.dump()));
  Labels labels;
  std::optional<base::WallTime> time;
  for (const auto& [key, value] : row.items()) {
    if (key == "endTimeSeconds" && value.is_number()) time = time_of_seconds(value.get<double>());
    if (value.is_string() && key != "facet") labels.emplace_back(key, value.get<std::string>());
  }
  for (const auto& [key, value] : row.items())
    if (key != "beginTimeSeconds" && key != "endTimeSeconds" && key != "facet")
      add_value(key, value, labels, time, rows);
}

Answer NewRelicSource::answer(const std::string& body, const QueryInput&, const std::stop_token&) const {
  const Json answer = json_of(body);
  if (const Json* errors = find(answer, {"errors"});
      errors != nullptr && errors->is_array() && !errors->empty()) {
    const std::string message = text_of(errors->front(), "message");
    throw base::Error("New Relic says: " + base::printable(message.empty() ? errors->dump() : message));
  }
  const Json* results = find(answer, {"data", "actor", "account", "nrql", "results"});
  if (results == nullptr || !results->is_array())
    throw base::Error("the answer has no list 'data.actor.account.nrql.results'");
  std::vector<Series> rows;
  for (const Json& row : *results) add_row(row, rows);
  return {.series = std::move(rows), .warnings = {}};
}

const config::Fields<NewRelicOptions>& fields_of(const NewRelicOptions*) {
  constexpr std::int64_t longest = 120;
  static const auto fields =
      backend_fields<NewRelicOptions>()
          .optional("region", &NewRelicOptions::region,
                    "us or eu: whose NerdGraph is asked where no url is given")
          .optional("account", &NewRelicOptions::account, "Account number")
          .optional("apiKey", &NewRelicOptions::api_key, "User key")
          .optional("querySeconds", &NewRelicOptions::query_seconds,
                    "Seconds that New Relic may take for one query", config::within(1, longest));
  return fields;
}

std::unique_ptr<Source> make(const NewRelicOptions& options, const TextQuery& query,
                             const SourceLocation& place) {
  expect_text(query.query, "query", place);
  if (options.account <= 0) place.object("missing key 'account': the number of the account");
  if (options.api_key.empty()) place.object("missing key 'apiKey'");
  place.context.secrets.add(options.api_key);
  NewRelicOptions complete = options;
  const bool eu = options.region == NewRelicRegion::eu;
  if (!complete.url)
    complete.url = TemplateText{config::Template::literal(eu ? "https://api.eu.newrelic.com/graphql"
                                                             : "https://api.newrelic.com/graphql"),
                                {}};
  return std::make_unique<NewRelicSource>(std::move(complete), query);
}

}  // namespace

Provider newrelic_provider() {
  return provider<NewRelicOptions, TextQuery>("newrelic", "New Relic, NRQL through NerdGraph", make);
}

}  // namespace iter8::tasks::metrics
