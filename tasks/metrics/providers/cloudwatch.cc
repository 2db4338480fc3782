#include "base/error.h"
#include "base/text.h"
#include "tasks/metrics/access/aws_credentials.h"
#include "tasks/metrics/http_source.h"
#include "tasks/metrics/providers.h"
#include "tasks/metrics/response/json.h"

namespace iter8::tasks::metrics::cloudwatch {

namespace {

using Dimensions = std::vector<std::pair<std::string, TemplateText>>;

struct Options {
  std::optional<TemplateText> url;
  std::string region;
  std::string profile;
  CallOptions call;
};

struct Query {
  std::optional<TemplateText> query;
  std::string metric_namespace;
  std::optional<TemplateText> metric;
  Dimensions dimensions;
  std::string stat = "Average";
  std::optional<base::Duration> period;
};

const config::Fields<Options>& fields_of(const Options*) {
  static const auto fields =
      backend_fields<Options>()
          .optional("region", &Options::region, "AWS region")
          .shown_default("AWS_REGION, else AWS_DEFAULT_REGION")
          .optional("profile", &Options::profile,
                    "Profile of the credentials file to use instead of the environment");
  return fields;
}

const config::Fields<Query>& fields_of(const Query*) {
  static const auto fields =
      config::Fields<Query>{}
          .optional("query", &Query::query,
                    "A Metrics Insights query or metric expression, instead of metric")
          .optional("namespace", &Query::metric_namespace,
                    "Namespace of the metric, such as AWS/ApplicationELB")
          .optional("metric", &Query::metric, "Name of the metric within its namespace; may be a template")
          .optional("dimensions", &Query::dimensions, "Dimensions of the metric; values may be templates")
          .optional("stat", &Query::stat, "Sum, Average, Minimum, Maximum, SampleCount, or p99 and the like")
          .optional("period", &Query::period, "Time that one value covers",
                    config::if_given(config::longer_than_zero()))
          .shown_default("the window, in whole minutes");
  return fields;
}

/// CloudWatch's GetMetricData in its JSON protocol.
class CloudwatchSource final : public HttpSource {
 public:
  CloudwatchSource(Options options, Query query, aws::Credentials credentials)
      : options_(std::move(options)), query_(std::move(query)), credentials_(std::move(credentials)) {}

  std::string query_text(const QueryInput& input) const override;
  bool has_columns() const override { return false; }

 protected:
  web::Request build_request(const QueryInput& input, const std::filesystem::path& directory) const override;
  void authorize(web::Request& request, QueryContext& query_context) const override {
    aws::sign(request, credentials_, {.region = options_.region, .service = "monitoring"},
              query_context.clock.wall());
  }
  QueryResult parse(const std::string& body, const std::stop_token& stop) const override;
  std::optional<web::Request> next_page(const web::Request& first, const std::string& body) const override;
  /// An empty entry only says how complete those of other pages are.
  void complete(QueryResult& result, const QueryInput&) const override {
    std::erase_if(result.series,
                  [](const Series& series) { return series.points.empty() && series.partial.empty(); });
  }

 private:
  std::int64_t period_seconds(const QueryInput& input) const;
  Json data_query(const QueryInput& input) const;

  Options options_;
  Query query_;
  aws::Credentials credentials_;
};

std::string CloudwatchSource::query_text(const QueryInput& input) const {
  if (query_.query) return render(query_.query, input);
  std::string text = query_.stat + " of " + query_.metric_namespace + "/" + render(query_.metric, input);
  for (const auto& [name, value] : query_.dimensions) text += " " + name + "=" + render(value, input);
  return text;
}

std::int64_t CloudwatchSource::period_seconds(const QueryInput& input) const {
  const auto minutes = std::chrono::ceil<std::chrono::minutes>(query_.period.value_or(input.window.length()));
  return std::chrono::seconds(minutes).count();
}

Json CloudwatchSource::data_query(const QueryInput& input) const {
  const std::int64_t period = period_seconds(input);
  if (query_.query) return {{"Id", "q"}, {"Expression", query_text(input)}, {"Period", period}};
  Json dimensions = Json::array();
  for (const auto& [name, value] : query_.dimensions)
    dimensions.push_back({{"Name", name}, {"Value", render(value, input)}});
  const Json metric = {{"Namespace", query_.metric_namespace},
                       {"MetricName", render(query_.metric, input)},
                       {"Dimensions", dimensions}};
  return {{"Id", "q"}, {"MetricStat", {{"Metric", metric}, {"Period", period}, {"Stat", query_.stat}}}};
}

web::Request CloudwatchSource::build_request(const QueryInput& input,
                                             const std::filesystem::path& directory) const {
  web::Request request = request_to(options_.url, options_.call, "/", input, directory);
  request.method = "POST";
  request.headers.emplace_back("X-Amz-Target", "GraniteServiceVersion20100801.GetMetricData");
  const Json body = {{"MetricDataQueries", Json::array({data_query(input)})},
                     {"StartTime", unix_milliseconds(input.window.start) / 1000},
                     {"EndTime", unix_milliseconds(input.window.end) / 1000},
                     {"ScanBy", "TimestampAscending"}};
  set_body(request, body.dump(), "application/x-amz-json-1.0");
  return request;
}

/// {"Label": "stable", "StatusCode": "Complete", "Timestamps": [1700000000], "Values": [12.5]}
void add_series(const Json& entry, QueryResult& result) {
  const std::string status = text_of(entry, "StatusCode");
  if (status == "InternalError" || status == "Forbidden")
    throw base::Error("CloudWatch says: " + status + " for " + base::printable(text_of(entry, "Label")));
  Series series{.labels = {{"label", text_of(entry, "Label")}}};
  if (status == "PartialData") series.partial = "CloudWatch gave a part of the data only";
  const Json& values = at(entry, {"Values"});
  const Json& times = at(entry, {"Timestamps"});
  if (!values.is_array() || !times.is_array() || values.size() != times.size())
    throw base::Error("a result has no matching Timestamps and Values");
  for (std::size_t i = 0; i < values.size(); ++i)
    series.points.push_back({expect_number(values[i]), time_of_seconds(expect_number(times[i]))});
  result.series.push_back(std::move(series));
}

/// What could not be done, while the rest was: "Maximum number of allowed metrics exceeded".
void add_messages(const Json& json, QueryResult& result) {
  const Json* messages = find(json, {"Messages"});
  if (messages == nullptr || !messages->is_array()) return;
  for (const Json& message : *messages) {
    const std::string said = base::printable(text_of(message, "Value"));
    result.warnings.push_back(said);
    if (base::lower(said).find("exceed") != std::string::npos) result.partial = said;
  }
}

QueryResult CloudwatchSource::parse(const std::string& body, const std::stop_token&) const {
  const Json json = parse_json(body);
  QueryResult result;
  add_messages(json, result);
  for (const Json& entry : at(json, {"MetricDataResults"})) add_series(entry, result);
  return result;
}

std::optional<web::Request> CloudwatchSource::next_page(const web::Request& first,
                                                        const std::string& body) const {
  const Json json = parse_json(body);
  const Json* token = find(json, {"NextToken"});
  if (token == nullptr || !token->is_string()) return std::nullopt;
  web::Request next = first;
  Json asked = Json::parse(first.body);
  asked["NextToken"] = *token;
  next.body = asked.dump();
  return next;
}

void check_query(const Query& query, const SourceLocation& location) {
  if (query.query && query.metric) location.report("give either 'query' or 'metric', not both");
  if (!query.query && (!query.metric || query.metric_namespace.empty()))
    location.report("missing key 'query', or 'namespace' and 'metric'");
}

std::unique_ptr<Source> make_source(const Options& options, const Query& query,
                                    const SourceLocation& location) {
  check_query(query, location);
  const base::Environment& environment = location.context.environment;
  Options complete = options;
  if (complete.region.empty()) complete.region = environment.get("AWS_REGION").value_or("");
  if (complete.region.empty()) complete.region = environment.get("AWS_DEFAULT_REGION").value_or("");
  if (complete.region.empty())
    location.report("missing key 'region', and neither AWS_REGION nor AWS_DEFAULT_REGION is set");
  if (!complete.url)
    complete.url = TemplateText{
        config::Template::literal("https://monitoring." + complete.region + ".amazonaws.com"), {}};

  std::string problem;
  const auto credentials = aws::find_credentials(environment, options.profile, problem);
  if (!credentials) {
    location.report(problem);
    return nullptr;
  }
  location.context.secrets.add(credentials->secret_access_key);
  location.context.secrets.add(credentials->session_token);
  return std::make_unique<CloudwatchSource>(std::move(complete), query, *credentials);
}

}  // namespace

Provider provider() {
  return make_provider<Options, Query>(
      "cloudwatch", "Amazon CloudWatch: metrics, expressions, Metrics Insights", make_source);
}

}  // namespace iter8::tasks::metrics::cloudwatch
