#include "base/text.h"
#include "tasks/metrics/backend.h"
#include "tasks/metrics/json.h"
#include "tasks/metrics/providers.h"
#include "tasks/metrics/providers/influxdb_answer.h"

namespace iter8::tasks::metrics {

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

  std::string text(const QueryInput& input) const override { return rendered(query_.query, input); }

 protected:
  web::Request request(const QueryInput& input, const std::filesystem::path& directory) const override {
    if (is_flux()) return flux_request(input, directory);
    web::Request request = request_to(options_.url, options_.call, "/query", input, directory);
    request.method = "POST";
    Parameters parameters = {{"db", options_.database}, {"q", text(input)}, {"epoch", "ms"}};
    if (!options_.retention_policy.empty()) parameters.emplace_back("rp", options_.retention_policy);
    set_body(request, form(parameters), "application/x-www-form-urlencoded");
    return request;
  }

  Answer answer(const std::string& body, const QueryInput&, const std::stop_token&) const override {
    return is_flux() ? flux_answer(body) : influxql_answer(body);
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
                       {"query", text(input)},
                       {"dialect", {{"header", true}, {"annotations", Json::array({"datatype"})}}}};
    set_body(request, body.dump(), "application/json");
    return request;
  }

  Options options_;
  TextQuery query_;
};

std::unique_ptr<Source> make(const Options& options, const TextQuery& query, const SourceLocation& place) {
  expect_text(options.url, "url", place);
  expect_text(query.query, "query", place);
  if (options.database.empty() == options.organization.empty())
    place.object("expected either database (InfluxDB 1) or organization (InfluxDB 2)");
  place.context.secrets.add(options.token);
  return std::make_unique<InfluxSource>(options, query);
}

}  // namespace

Provider influxdb_provider() {
  return provider<Options, TextQuery>("influxdb", "InfluxDB 1 with InfluxQL and InfluxDB 2 with Flux", make);
}

}  // namespace iter8::tasks::metrics
