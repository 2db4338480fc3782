#include <algorithm>

#include <fmt/format.h>

#include "base/duration.h"
#include "tasks/metrics/http_source.h"
#include "tasks/metrics/providers.h"
#include "tasks/metrics/response/prometheus_response.h"

namespace iter8::tasks::metrics::prometheus {

namespace {

constexpr base::Duration kShortestStep = std::chrono::seconds(1);
constexpr int kSteps = 60;  // of a range without a step, at most

struct Options {
  std::optional<TemplateText> url;
  CallOptions call;
  Verb method = Verb::post;
};

struct Query {
  std::optional<TemplateText> query;
  bool range = false;
  std::optional<base::Duration> step;
};

const config::Fields<Options>& fields_of(const Options*) {
  static const auto fields = backend_fields<Options>().optional(
      "method", &Options::method, "How a query is sent; GET where something in between wants it");
  return fields;
}

const config::Fields<Query>& fields_of(const Query*) {
  static const auto fields =
      config::Fields<Query>{}
          .optional("query", &Query::query, "The query, in the backend's language; may be a template")
          .optional("range", &Query::range,
                    "Ask for the samples within the window instead of the value at its end")
          .optional("step", &Query::step, "Time between samples of a range",
                    config::if_given(config::longer_than_zero()))
          .shown_default("a 60th of the window");
  return fields;
}

/// Prometheus and everything that has its query API: VictoriaMetrics, Thanos, Mimir, Cortex.
class PrometheusSource final : public HttpSource {
 public:
  PrometheusSource(Options options, Query query) : options_(std::move(options)), query_(std::move(query)) {}

  std::string query_text(const QueryInput& input) const override { return render(query_.query, input); }
  bool has_columns() const override { return false; }

 protected:
  web::Request build_request(const QueryInput& input, const std::filesystem::path& directory) const override {
    web::Request request =
        request_to(options_.url, options_.call, query_.range ? "/api/v1/query_range" : "/api/v1/query", input,
                   directory);
    Parameters parameters = {{"query", query_text(input)}};
    if (query_.range) {
      const base::Duration step =
          query_.step.value_or(std::max(kShortestStep, base::Duration(input.window.length() / kSteps)));
      parameters.emplace_back("start", unix_seconds(input.window.start));
      parameters.emplace_back("end", unix_seconds(input.window.end));
      parameters.emplace_back("step", fmt::format("{:.3f}", base::to_seconds(step)));
    } else {
      parameters.emplace_back("time", unix_seconds(input.window.end));
    }
    parameters.emplace_back("timeout",
                            fmt::format("{:.0f}s", std::max(1.0, base::to_seconds(request.timeout))));
    if (options_.method == Verb::get) {
      add_parameters(request, parameters);
    } else {
      request.method = "POST";
      set_body(request, form_encode(parameters), "application/x-www-form-urlencoded");
    }
    return request;
  }

  QueryResult parse(const std::string& body, const std::stop_token&) const override {
    return parse_response(body);
  }

 private:
  Options options_;
  Query query_;
};

std::unique_ptr<Source> make_source(const Options& options, const Query& query,
                                    const SourceLocation& location) {
  require_text(options.url, "url", location);
  require_text(query.query, "query", location);
  if (query.step && !query.range) location.report("'step' has a meaning with range: true only");
  return std::make_unique<PrometheusSource>(options, query);
}

}  // namespace

Provider provider() {
  return make_provider<Options, Query>(
      "prometheus", "Prometheus, and VictoriaMetrics, Thanos, Mimir and others with its query API",
      make_source);
}

}  // namespace iter8::tasks::metrics::prometheus
