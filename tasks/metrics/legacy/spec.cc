#include "tasks/metrics/legacy/spec.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "config/options/fields.h"
#include "config/options/located.h"
#include "config/yaml/document.h"
#include "net/url.h"
#include "tasks/metrics/http_source.h"
#include "tasks/metrics/legacy/fixed_source.h"

namespace iter8::tasks::metrics::legacy {

namespace {

using config::Fields;

struct SpecParameter {
  std::string name;
  std::string value;
};

struct SpecMetric {
  std::string name;
  std::string description;
  experiment::MetricKind type = experiment::MetricKind::gauge;
  std::string units;
  std::vector<SpecParameter> params;
  std::string body;
  config::Located<std::string> jq;
};

struct Spec {
  std::string url;
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string provider;  // for people; the name under `templates` counts
  std::vector<SpecMetric> metrics;
};

const Fields<SpecParameter>& fields_of(const SpecParameter*) {
  static const auto fields = Fields<SpecParameter>{}
                                 .required("name", &SpecParameter::name, "Name of the parameter")
                                 .required("value", &SpecParameter::value, "Its value");
  return fields;
}

const Fields<SpecMetric>& fields_of(const SpecMetric*) {
  const auto scalar_kind = [](const experiment::MetricKind& kind) -> std::optional<std::string> {
    if (kind == experiment::MetricKind::counter || kind == experiment::MetricKind::gauge) return std::nullopt;
    return "must be counter or gauge";
  };
  static const auto fields =
      Fields<SpecMetric>{}
          .required("name", &SpecMetric::name, "Name of the metric")
          .optional("description", &SpecMetric::description, "What it is")
          .optional("type", &SpecMetric::type, "counter or gauge",
                    config::Check<experiment::MetricKind>(scalar_kind))
          .optional("units", &SpecMetric::units, "Its unit")
          .optional("params", &SpecMetric::params, "Parameters of the URL's query")
          .optional("body", &SpecMetric::body, "Body of the request")
          .required("jqExpression", &SpecMetric::jq, "jq expression that makes the number");
  return fields;
}

const Fields<Spec>& fields_of(const Spec*) {
  static const auto fields = Fields<Spec>{}
                                 .required("url", &Spec::url, "Where the metrics are asked for")
                                 .optional("method", &Spec::method, "HTTP method")
                                 .optional("headers", &Spec::headers, "Request headers")
                                 .optional("provider", &Spec::provider, "Name of the provider")
                                 .required("metrics", &Spec::metrics, "The metrics");
  return fields;
}

Metric metric_of(const std::string& provider, const Spec& spec, const SpecMetric& metric) {
  web::Request request{
      .method = spec.method.empty() ? "GET" : spec.method, .url = spec.url, .headers = spec.headers};
  std::string problem;
  if (!net::parse_url(spec.url, problem))
    throw base::Error("url '" + base::printable(spec.url) + "': " + problem);
  if (spec.url.find("://") == std::string::npos) request.url = "http://" + spec.url;
  Parameters parameters;
  for (const SpecParameter& each : metric.params) parameters.emplace_back(each.name, each.value);
  add_parameters(request, parameters);
  set_body(request, metric.body, "application/json;charset=utf-8");
  try {
    Metric built{.name = provider + "/" + metric.name, .provider = provider};
    built.options.description = metric.description;
    built.options.unit = metric.units;
    built.options.kind = metric.type;
    built.options.defaults.reduce = Reduce::first;
    built.options.defaults.on_no_data = OnNoData::leave;
    built.parts.push_back({Role::whole, std::make_unique<FixedSource>(std::move(request), metric.jq.value,
                                                                      web::JqProgram(metric.jq.value))});
    return built;
  } catch (const base::Error& error) {
    throw base::Error(fmt::format("metric '{}', line {}: {}", base::printable(metric.name),
                                  metric.jq.position.line, error.what()));
  }
}

}  // namespace

std::vector<Metric> metrics_of_spec(const std::string& provider, std::string_view rendered) {
  config::Problems problems(provider, config::Strictness::lenient);
  const auto node = config::parse_document(rendered, problems);
  Spec spec;
  if (!node || !fields_of(&spec).read(*node, problems, spec)) {
    for (const config::Problem& problem : problems.all())
      if (problem.severity == config::Problem::Severity::error)
        throw base::Error(fmt::format("provider spec of {}, rendered, {}:{}: {}", base::printable(provider),
                                      problem.position.line, problem.position.column, problem.message));
  }
  std::vector<Metric> metrics;
  for (const SpecMetric& metric : spec.metrics) metrics.push_back(metric_of(provider, spec, metric));
  return metrics;
}

}  // namespace iter8::tasks::metrics::legacy
