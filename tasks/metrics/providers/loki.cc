#include "tasks/metrics/backend.h"
#include "tasks/metrics/providers.h"
#include "tasks/metrics/providers/prometheus_answer.h"

namespace iter8::tasks::metrics {

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

/// Loki's metric queries: numbers made of log lines, in the answer's shape of Prometheus.
class LokiSource final : public HttpSource {
 public:
  LokiSource(Options options, TextQuery query) : options_(std::move(options)), query_(std::move(query)) {}

  std::string text(const QueryInput& input) const override { return rendered(query_.query, input); }

 protected:
  web::Request request(const QueryInput& input, const std::filesystem::path& directory) const override {
    web::Request request = request_to(options_.url, options_.call, "/loki/api/v1/query", input, directory);
    if (!options_.tenant.empty()) request.headers.emplace_back("X-Scope-OrgID", options_.tenant);
    add_parameters(request, {{"query", text(input)}, {"time", unix_seconds(input.window.end)}});
    return request;
  }

  Answer answer(const std::string& body, const QueryInput&, const std::stop_token&) const override {
    return prometheus_answer(body);
  }

 private:
  Options options_;
  TextQuery query_;
};

std::unique_ptr<Source> make(const Options& options, const TextQuery& query, const SourceLocation& place) {
  expect_text(options.url, "url", place);
  expect_text(query.query, "query", place);
  return std::make_unique<LokiSource>(options, query);
}

}  // namespace

Provider loki_provider() {
  return provider<Options, TextQuery>(
      "loki", "Grafana Loki: numbers made of log lines by LogQL metric queries", make);
}

}  // namespace iter8::tasks::metrics
