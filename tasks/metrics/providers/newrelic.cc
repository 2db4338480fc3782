#include <algorithm>
#include <array>
#include <sstream>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "tasks/metrics/http_source.h"
#include "tasks/metrics/providers.h"
#include "tasks/metrics/response/json.h"

namespace iter8::tasks::metrics::newrelic {

enum class Region { us, eu };

}  // namespace iter8::tasks::metrics::newrelic

namespace iter8::config {

template <>
struct Choices<tasks::metrics::newrelic::Region> {
  using enum tasks::metrics::newrelic::Region;
  static constexpr std::array names{std::pair{"us", us}, std::pair{"eu", eu}};
};

}  // namespace iter8::config

namespace iter8::tasks::metrics::newrelic {

namespace {

struct Options {
  Region region = Region::us;
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
  NewRelicSource(Options options, TextQuery query) : options_(std::move(options)), query_(std::move(query)) {}

  std::string query_text(const QueryInput& input) const override { return render(query_.query, input); }

 protected:
  web::Request build_request(const QueryInput& input, const std::filesystem::path& directory) const override;
  QueryResult parse(const std::string& body, const std::stop_token& stop) const override;
  void complete(QueryResult& result, const QueryInput& input) const override;

 private:
  Options options_;
  TextQuery query_;
};

web::Request NewRelicSource::build_request(const QueryInput& input,
                                           const std::filesystem::path& directory) const {
  web::Request request = request_to(options_.url, options_.call, "", input, directory);
  request.method = "POST";
  request.headers.emplace_back("API-Key", options_.api_key);
  const Json variables = {
      {"account", options_.account}, {"nrql", query_text(input)}, {"timeout", options_.query_seconds}};
  set_body(request, Json{{"query", kNerdGraph}, {"variables", variables}}.dump(), "application/json");
  return request;
}

struct Rows {
  std::vector<Series> all;
  SeriesIndex index;
};

/// One number of a row; percentile() and the like give an object of several:
/// {"percentile.duration": {"95": 12.5}}.
void add_value(const std::string& name, const Json& value, const Labels& labels,
               std::optional<base::WallTime> time, Rows& rows) {
  if (value.is_object()) {
    for (const auto& [key, inner] : value.items()) add_value(name + "." + key, inner, labels, time, rows);
    return;
  }
  if (!value.is_number()) return;
  rows.index.find_or_add(rows.all, labels, name).points.push_back({value.get<double>(), time});
}

/// A row: {"facet": "stable", "version": "stable", "average.duration": 12.5, "endTimeSeconds": 1700000000}
void add_row(const Json& row, Rows& rows) {
  if (!row.is_object())
    throw base::Error("a result of the answer is not a map: " + base::printable(row.dump()));
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

QueryResult NewRelicSource::parse(const std::string& body, const std::stop_token&) const {
  const Json document = parse_json(body);
  if (const Json* errors = find(document, {"errors"});
      errors != nullptr && errors->is_array() && !errors->empty()) {
    const std::string message = text_of(errors->front(), "message");
    throw base::Error("New Relic says: " + base::printable(message.empty() ? errors->dump() : message));
  }
  const Json* results = find(document, {"data", "actor", "account", "nrql", "results"});
  if (results == nullptr || !results->is_array())
    throw base::Error("the answer has no list 'data.actor.account.nrql.results'");
  Rows rows;
  for (const Json& row : *results) add_row(row, rows);
  return {.series = std::move(rows.all), .warnings = {}};
}

/// How many rows a query gives at most, by New Relic's documentation of FACET and LIMIT.
struct RowLimit {
  bool is_facets = false;
  bool is_timeseries = false;  // its buckets are not limited by LIMIT
  std::size_t rows = 0;
};

RowLimit row_limit_of(const std::string& query) {
  constexpr std::size_t kFacets = 10;
  constexpr std::size_t kEvents = 100;
  constexpr std::size_t kMost = 5000;
  RowLimit limit;
  std::optional<std::size_t> said;
  std::string before;
  std::istringstream words(base::lower(query));
  for (std::string word; words >> word; before = word) {
    limit.is_facets = limit.is_facets || word == "facet";
    limit.is_timeseries = limit.is_timeseries || word == "timeseries";
    if (before != "limit") continue;
    const auto number = base::parse_number(word);
    if (number && *number > 0) said = static_cast<std::size_t>(*number);
    if (word == "max") said = kMost;
  }
  limit.rows = said.value_or(limit.is_facets ? kFacets : kEvents);
  return limit;
}

/// NRQL leaves out what is beyond its LIMIT without a word.
void NewRelicSource::complete(QueryResult& result, const QueryInput& input) const {
  const RowLimit limit = row_limit_of(query_text(input));
  if (limit.is_facets) {
    const auto facets = static_cast<std::size_t>(std::ranges::count_if(
        result.series, [&](const Series& series) { return series.field == result.series.front().field; }));
    if (facets >= limit.rows)
      result.partial = "there are as many facets as the query's LIMIT, and may be more; say LIMIT MAX";
    return;
  }
  if (limit.is_timeseries) return;
  for (Series& series : result.series)
    if (series.points.size() >= limit.rows)
      series.partial = "there are as many rows as the query's LIMIT, and may be more; say LIMIT MAX";
}

const config::Fields<Options>& fields_of(const Options*) {
  constexpr std::int64_t longest = 120;
  static const auto fields =
      backend_fields<Options>()
          .optional("region", &Options::region, "us or eu: whose NerdGraph is asked where no url is given")
          .optional("account", &Options::account, "Account number")
          .optional("apiKey", &Options::api_key, "User key")
          .optional("querySeconds", &Options::query_seconds, "Seconds that New Relic may take for one query",
                    config::within(1, longest));
  return fields;
}

std::unique_ptr<Source> make_source(const Options& options, const TextQuery& query,
                                    const SourceLocation& location) {
  require_text(query.query, "query", location);
  if (options.account <= 0) location.report("missing key 'account': the number of the account");
  if (options.api_key.empty()) location.report("missing key 'apiKey'");
  location.context.secrets.add(options.api_key);
  Options complete = options;
  const bool eu = options.region == Region::eu;
  if (!complete.url)
    complete.url = TemplateText{config::Template::literal(eu ? "https://api.eu.newrelic.com/graphql"
                                                             : "https://api.newrelic.com/graphql"),
                                {}};
  return std::make_unique<NewRelicSource>(std::move(complete), query);
}

}  // namespace

Provider provider() {
  return make_provider<Options, TextQuery>("newrelic", "New Relic, NRQL through NerdGraph", make_source);
}

}  // namespace iter8::tasks::metrics::newrelic
