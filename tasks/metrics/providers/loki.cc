#include "tasks/metrics/http_source.h"
#include "tasks/metrics/providers.h"
#include "tasks/metrics/response/prometheus_response.h"

namespace iter8::tasks::metrics::loki {

namespace {

struct Options {
  std::optional<TemplateText> url;
  std::string tenant;
  CallOptions call;
};

const config::Fields<Options>& fields_of(const Options*) {
  static const auto fields =
      backend_fields<Options>().optional("tenant", &Options::tenant, "Tenant, sent as X-Scope-OrgID");
  return fields;
}

/// Loki's metric queries: numbers made of log lines. The response has Prometheus's form.
class LokiSource final : public HttpSource {
 public:
  LokiSource(Options options, TextQuery query) : options_(std::move(options)), query_(std::move(query)) {}

  std::string query_text(const QueryInput& input) const override { return render(query_.query, input); }
  bool has_columns() const override { return false; }

 protected:
  web::Request build_request(const QueryInput& input, const std::filesystem::path& directory) const override {
    web::Request request = request_to(options_.url, options_.call, "/loki/api/v1/query", input, directory);
    if (!options_.tenant.empty()) request.headers.emplace_back("X-Scope-OrgID", options_.tenant);
    add_parameters(request, {{"query", query_text(input)}, {"time", unix_seconds(input.window.end)}});
    return request;
  }

  QueryResult parse(const std::string& body, const std::stop_token&) const override {
    return prometheus::parse_response(body);
  }

 private:
  Options options_;
  TextQuery query_;
};

std::unique_ptr<Source> make_source(const Options& options, const TextQuery& query,
                                    const SourceLocation& location) {
  require_text(options.url, "url", location);
  require_text(query.query, "query", location);
  return std::make_unique<LokiSource>(options, query);
}

}  // namespace

Provider provider() {
  return make_provider<Options, TextQuery>(
      "loki", "Grafana Loki: numbers made of log lines by LogQL metric queries", make_source);
}

}  // namespace iter8::tasks::metrics::loki
