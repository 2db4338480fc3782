#include "base/text.h"
#include "tasks/metrics/http_source.h"
#include "tasks/metrics/providers.h"
#include "tasks/metrics/response/influxdb_response.h"
#include "tasks/metrics/response/json.h"

namespace iter8::tasks::metrics::influxdb {

namespace {

struct Options {
  std::optional<TemplateText> url;
  CallOptions call;
  std::string database;
  std::string retention_policy;
  std::string organization;
  std::string token;
};

const config::Fields<Options>& fields_of(const Options*) {
  static const auto fields =
      backend_fields<Options>()
          .optional("database", &Options::database, "Database of InfluxDB 1: queries are InfluxQL")
          .optional("retentionPolicy", &Options::retention_policy, "Retention policy of InfluxDB 1")
          .optional("organization", &Options::organization, "Organization of InfluxDB 2: queries are Flux")
          .alias("org")
          .optional("token", &Options::token, "Token of InfluxDB 2");
  return fields;
}

class InfluxSource final : public HttpSource {
 public:
  InfluxSource(Options options, TextQuery query) : options_(std::move(options)), query_(std::move(query)) {}

  std::string query_text(const QueryInput& input) const override { return render(query_.query, input); }

 protected:
  web::Request build_request(const QueryInput& input, const std::filesystem::path& directory) const override {
    if (is_flux()) return flux_request(input, directory);
    web::Request request = request_to(options_.url, options_.call, "/query", input, directory);
    request.method = "POST";
    Parameters parameters = {{"db", options_.database}, {"q", query_text(input)}, {"epoch", "ms"}};
    if (!options_.retention_policy.empty()) parameters.emplace_back("rp", options_.retention_policy);
    set_body(request, form_encode(parameters), "application/x-www-form-urlencoded");
    return request;
  }

  QueryResult parse(const std::string& body, const std::stop_token&) const override {
    return is_flux() ? parse_flux_response(body) : parse_influxql_response(body);
  }

 private:
  bool is_flux() const { return !options_.organization.empty(); }

  web::Request flux_request(const QueryInput& input, const std::filesystem::path& directory) const {
    web::Request request = request_to(options_.url, options_.call, "/api/v2/query", input, directory);
    request.method = "POST";
    add_parameters(request, {{"org", options_.organization}});
    request.headers.emplace_back("Accept", "application/csv");
    if (!options_.token.empty()) request.headers.emplace_back("Authorization", "Token " + options_.token);
    const Json body = {{"type", "flux"},
                       {"query", query_text(input)},
                       {"dialect", {{"header", true}, {"annotations", Json::array({"datatype"})}}}};
    set_body(request, body.dump(), "application/json");
    return request;
  }

  Options options_;
  TextQuery query_;
};

std::unique_ptr<Source> make_source(const Options& options, const TextQuery& query,
                                    const SourceLocation& location) {
  require_text(options.url, "url", location);
  require_text(query.query, "query", location);
  if (options.database.empty() == options.organization.empty())
    location.report("expected either database (InfluxDB 1) or organization (InfluxDB 2)");
  location.context.secrets.add(options.token);
  return std::make_unique<InfluxSource>(options, query);
}

}  // namespace

Provider provider() {
  return make_provider<Options, TextQuery>("influxdb", "InfluxDB 1 with InfluxQL and InfluxDB 2 with Flux",
                                           make_source);
}

}  // namespace iter8::tasks::metrics::influxdb
