#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "tasks/metrics/http_source.h"
#include "tasks/metrics/providers.h"
#include "tasks/metrics/response/json.h"

namespace iter8::tasks::metrics::skywalking {

namespace {

struct Options {
  std::optional<TemplateText> url;
  CallOptions call;
};

struct Query {
  std::optional<TemplateText> query;
  std::optional<TemplateText> service;
  std::optional<TemplateText> instance;
  std::optional<TemplateText> endpoint;
  bool normal = true;
};

const config::Fields<Options>& fields_of(const Options*) {
  static const auto fields = backend_fields<Options>();
  return fields;
}

const config::Fields<Query>& fields_of(const Query*) {
  static const auto fields =
      config::Fields<Query>{}
          .optional("query", &Query::query,
                    "Expression of the metrics query language, such as avg(service_resp_time)")
          .optional("service", &Query::service, "Name of the service; may be a template")
          .optional("instance", &Query::instance, "Name of one instance of it; may be a template")
          .optional("endpoint", &Query::endpoint, "Name of one endpoint of it; may be a template")
          .optional("normal", &Query::normal, "Whether an agent observes the service itself");
  return fields;
}

constexpr const char* kExecute =
    "query($expression: String!, $entity: Entity!, $duration: Duration!) "
    "{ execExpression(expression: $expression, entity: $entity, duration: $duration) "
    "{ type error results { metric { labels { key value } } values { id value } } } }";

/// SkyWalking writes the minutes of a duration in the time zone of its server: UTC unless somebody
/// has changed it.
std::string minute(base::WallTime time) {
  const auto whole = std::chrono::floor<std::chrono::minutes>(time);
  return fmt::format("{:%Y-%m-%d %H%M}", fmt::gmtime(std::chrono::system_clock::to_time_t(whole)));
}

class SkywalkingSource final : public HttpSource {
 public:
  SkywalkingSource(Options options, Query query) : options_(std::move(options)), query_(std::move(query)) {}

  std::string query_text(const QueryInput& input) const override { return render(query_.query, input); }
  bool has_columns() const override { return false; }

 protected:
  web::Request build_request(const QueryInput& input, const std::filesystem::path& directory) const override;
  QueryResult parse(const std::string& body, const std::stop_token& stop) const override;

 private:
  Options options_;
  Query query_;
};

web::Request SkywalkingSource::build_request(const QueryInput& input,
                                             const std::filesystem::path& directory) const {
  web::Request request = request_to(options_.url, options_.call, "/graphql", input, directory);
  request.method = "POST";
  Json entity = {{"serviceName", render(query_.service, input)}, {"normal", query_.normal}};
  if (query_.instance) entity["serviceInstanceName"] = render(query_.instance, input);
  if (query_.endpoint) entity["endpointName"] = render(query_.endpoint, input);
  const Json duration = {
      {"start", minute(input.window.start)}, {"end", minute(input.window.end)}, {"step", "MINUTE"}};
  const Json variables = {{"expression", query_text(input)}, {"entity", entity}, {"duration", duration}};
  set_body(request, Json{{"query", kExecute}, {"variables", variables}}.dump(), "application/json");
  return request;
}

/// {"metric": {"labels": [{"key": "p", "value": "95"}]},
///  "values": [{"id": "1700000000000", "value": "12.5"}]}
Series series_of(const Json& result) {
  Series series;
  if (const Json* labels = find(result, {"metric", "labels"}); labels != nullptr && labels->is_array())
    for (const Json& label : *labels)
      series.labels.emplace_back(text_of(label, "key"), text_of(label, "value"));
  const Json& values = at(result, {"values"});
  for (const Json& value : values) {
    const Json* number = find(value, {"value"});
    if (number == nullptr || number->is_null()) continue;  // a minute without data
    Point point{.value = expect_number(*number), .time = {}};
    if (const auto time = base::parse_integer(text_of(value, "id")))
      point.time = base::WallTime(std::chrono::milliseconds(*time));
    series.points.push_back(point);
  }
  return series;
}

QueryResult SkywalkingSource::parse(const std::string& body, const std::stop_token&) const {
  const Json json = parse_json(body);
  if (const Json* errors = find(json, {"errors"});
      errors != nullptr && errors->is_array() && !errors->empty())
    throw base::Error("SkyWalking says: " + base::printable(text_of(errors->front(), "message")));
  const Json& outcome = at(json, {"data", "execExpression"});
  if (const Json* error = find(outcome, {"error"});
      error != nullptr && error->is_string() && !error->get_ref<const std::string&>().empty())
    throw base::Error("SkyWalking says: " + base::printable(error->get<std::string>()));
  QueryResult result;
  for (const Json& entry : at(outcome, {"results"})) result.series.push_back(series_of(entry));
  return result;
}

std::unique_ptr<Source> make_source(const Options& options, const Query& query,
                                    const SourceLocation& location) {
  require_text(options.url, "url", location);
  require_text(query.query, "query", location);
  require_text(query.service, "service", location);
  return std::make_unique<SkywalkingSource>(options, query);
}

}  // namespace

Provider provider() {
  return make_provider<Options, Query>("skywalking", "Apache SkyWalking, its metrics query expressions",
                                       make_source);
}

}  // namespace iter8::tasks::metrics::skywalking
