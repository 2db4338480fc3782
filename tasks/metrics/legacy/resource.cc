#include "tasks/metrics/legacy/resource.h"

#include <algorithm>
#include <random>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "tasks/metrics/http_source.h"
#include "tasks/metrics/legacy/fixed_source.h"
#include "tasks/metrics/response/json.h"

namespace iter8::tasks::metrics::legacy {

namespace {

using config::Fields;
using experiment::MetricKind;

/// A value that no backend gives: for trying out an experiment.
class MockSource final : public Source {
 public:
  MockSource(double level, ResourceType type, double elapsed)
      : level_(level), type_(type), elapsed_(elapsed) {}

  std::string query_text(const QueryInput&) const override {
    return "mock of level " + base::shortest(level_);
  }
  std::vector<std::string> plan(const QueryInput&) const override { return {"asks nobody"}; }
  QueryResult query(const QueryInput&, QueryContext&) const override {
    QueryResult result;
    result.series.push_back({.points = {{.value = value(), .time = {}}}});
    return result;
  }

 private:
  /// A counter grows by its level each second. A gauge is twice its level times a draw from Beta(t, t), whose
  /// mean is the level and which tightens with time t.
  double value() const {
    if (type_ == ResourceType::counter) return level_ * elapsed_;
    std::mt19937_64 random(static_cast<std::uint64_t>(elapsed_));
    std::gamma_distribution<double> gamma(elapsed_, 1.0);
    const double one = gamma(random);
    const double other = gamma(random);
    return 2 * level_ * one / (one + other);
  }

  double level_;
  ResourceType type_;
  double elapsed_;
};

config::Check<std::string> get_or_post() {
  return [](const std::string& method) -> std::optional<std::string> {
    if (method == "GET" || method == "POST") return std::nullopt;
    return "must be GET or POST";
  };
}

/// The values of a metric's secret; of one without a secret, none.
const Substitutes& secret_of(const Resource& resource, const ResourceSecrets& secrets) {
  static const Substitutes none;
  const std::string& name = resource.spec.secret;
  if (name.empty()) return none;
  for (const auto& [known, values] : secrets)
    if (known == name || resource.names.space + "/" + known == name ||
        known == resource.names.space + "/" + name)
      return values;
  throw base::Error("the secret '" + base::printable(name) + "' is not among 'secrets'");
}

const std::string& expect_key(const Substitutes& secret, const std::string& key) {
  const auto found = std::ranges::find(secret, key, &Substitutes::value_type::first);
  if (found == secret.end()) throw base::Error("the secret has no '" + key + "'");
  return found->second;
}

web::Headers headers_of(const ResourceSpec& spec, const Substitutes& secret) {
  web::Headers headers;
  const bool fills = spec.auth == AuthType::bearer || spec.auth == AuthType::api_key;
  for (const NamedValue& header : spec.headers)
    headers.emplace_back(header.name, fills ? substitute(header.value, secret) : header.value);
  if (spec.auth == AuthType::basic)
    headers.emplace_back("Authorization", "Basic " + base::base64(expect_key(secret, "username") + ":" +
                                                                  expect_key(secret, "password")));
  return headers;
}

std::unique_ptr<Source> make_backend_source(const Resource& resource, const ResourceSecrets& secrets,
                                            const Substitutes& variables) {
  const ResourceSpec& spec = resource.spec;
  if (spec.url.empty()) throw base::Error("missing key 'urlTemplate'");
  if (!spec.jq) throw base::Error("missing key 'jqExpression'");
  const Substitutes& secret = secret_of(resource, secrets);
  web::Request request{
      .method = spec.method, .url = substitute(spec.url, secret), .headers = headers_of(spec, secret)};
  Parameters parameters;
  for (const NamedValue& each : spec.params)
    parameters.emplace_back(each.name, substitute(each.value, variables));
  add_parameters(request, parameters);
  if (spec.body) {
    const std::string body = substitute(*spec.body, variables);
    parse_json(body);
    set_body(request, body, "application/json");
  }
  return std::make_unique<FixedSource>(std::move(request), spec.jq->value, web::JqProgram(spec.jq->value));
}

std::unique_ptr<Source> make_mock_source(const ResourceSpec& spec, const std::string& version,
                                         base::Duration elapsed) {
  const auto found = std::ranges::find(spec.mock, version, &NamedLevel::name);
  if (found == spec.mock.end())
    throw base::Error("the mock has no version '" + base::printable(version) + "'");
  return std::make_unique<MockSource>(found->level, spec.type, std::max(1.0, base::to_seconds(elapsed)));
}

}  // namespace

const Fields<NamedValue>& fields_of(const NamedValue*) {
  static const auto fields = Fields<NamedValue>{}
                                 .required("name", &NamedValue::name, "Name")
                                 .required("value", &NamedValue::value, "Value");
  return fields;
}

const Fields<NamedLevel>& fields_of(const NamedLevel*) {
  static const auto fields = Fields<NamedLevel>{}
                                 .required("name", &NamedLevel::name, "Name of the version")
                                 .required("level", &NamedLevel::level, "Level of the value");
  return fields;
}

const Fields<ResourceSpec>& fields_of(const ResourceSpec*) {
  static const auto fields =
      Fields<ResourceSpec>{}
          .optional("params", &ResourceSpec::params, "Parameters of the URL's query")
          .optional("description", &ResourceSpec::description, "What it is")
          .optional("units", &ResourceSpec::units, "Its unit")
          .optional("type", &ResourceSpec::type, "Counter or Gauge")
          .optional("sampleSize", &ResourceSpec::sample_size, "Metric that counts the samples")
          .optional("authType", &ResourceSpec::auth, "How the backend knows who asks")
          .optional("method", &ResourceSpec::method, "HTTP method", get_or_post())
          .optional("body", &ResourceSpec::body, "Body of the request")
          .optional("provider", &ResourceSpec::provider, "Name of the backend")
          .optional("jqExpression", &ResourceSpec::jq, "jq expression that makes the number")
          .optional("secret", &ResourceSpec::secret, "Name of the secret")
          .optional("headerTemplates", &ResourceSpec::headers, "Request headers")
          .optional("urlTemplate", &ResourceSpec::url, "Where the metric is asked for")
          .optional("mock", &ResourceSpec::mock, "Values instead of a backend's");
  return fields;
}

const Fields<ResourceNames>& fields_of(const ResourceNames*) {
  static const auto fields = Fields<ResourceNames>{}
                                 .required("name", &ResourceNames::name, "Name of the metric")
                                 .optional("namespace", &ResourceNames::space, "Its namespace");
  return fields;
}

const Fields<Resource>& fields_of(const Resource*) {
  static const auto fields = Fields<Resource>{}
                                 .required("apiVersion", &Resource::api_version, "iter8.tools/v2alpha2")
                                 .required("kind", &Resource::kind, "Metric")
                                 .required("metadata", &Resource::names, "Name and namespace")
                                 .required("spec", &Resource::spec, "What the metric is");
  return fields;
}

Metric metric_of(const Resource& resource, const ResourceSecrets& secrets, const std::string& version,
                 const Substitutes& variables, base::Duration elapsed) {
  const ResourceSpec& spec = resource.spec;
  Metric metric{.name = full_name(resource), .provider = spec.provider.empty() ? "Metric" : spec.provider};
  metric.options.description = spec.description;
  metric.options.unit = spec.units;
  metric.options.kind = spec.type == ResourceType::counter ? MetricKind::counter : MetricKind::gauge;
  metric.options.defaults.reduce = Reduce::first;
  metric.options.defaults.on_no_data = OnNoData::leave;
  metric.parts.push_back({Role::whole, spec.mock.empty() ? make_backend_source(resource, secrets, variables)
                                                         : make_mock_source(spec, version, elapsed)});
  return metric;
}

std::string full_name(const Resource& resource) {
  const std::string& space = resource.names.space;
  const std::string& provider = resource.spec.provider;
  return (!space.empty() ? space : provider.empty() ? "metric" : provider) + "/" + resource.names.name;
}

}  // namespace iter8::tasks::metrics::legacy
