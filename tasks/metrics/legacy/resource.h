#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/options/fields.h"
#include "config/options/located.h"
#include "tasks/metrics/legacy/substitution.h"
#include "tasks/metrics/metric.h"

namespace iter8::tasks::metrics::legacy {

enum class AuthType { none, basic, bearer, api_key };
enum class ResourceType { counter, gauge };

struct NamedValue {
  std::string name;
  std::string value;
};
struct NamedLevel {
  std::string name;
  double level = 0;
};

/// The `spec` of a Metric resource of the classic, Kubernetes generation of Iter8.
struct ResourceSpec {
  std::vector<NamedValue> params;
  std::string description;
  std::string units;
  ResourceType type = ResourceType::gauge;
  std::string sample_size;
  AuthType auth = AuthType::none;
  std::string method = "GET";
  std::optional<std::string> body;
  std::string provider;
  std::optional<config::Located<std::string>> jq;
  std::string secret;
  std::vector<NamedValue> headers;
  std::string url;
  std::vector<NamedLevel> mock;
};

struct ResourceNames {
  std::string name;
  std::string space;  // its namespace
};

struct Resource {
  std::string api_version;
  std::string kind;
  ResourceNames names;
  ResourceSpec spec;
};
const config::Fields<NamedValue>& fields_of(const NamedValue*);
const config::Fields<NamedLevel>& fields_of(const NamedLevel*);
const config::Fields<ResourceSpec>& fields_of(const ResourceSpec*);
const config::Fields<ResourceNames>& fields_of(const ResourceNames*);
const config::Fields<Resource>& fields_of(const Resource*);

/// Values of secrets, by "namespace/name" or name.
using ResourceSecrets = std::vector<std::pair<std::string, Substitutes>>;

/// The metric for one version. `variables` are the version's, with name and elapsedTime. Throws base::Error
/// when the secret is missing, the body is not JSON or the jq expression is wrong.
Metric metric_of(const Resource& resource, const ResourceSecrets& secrets, const std::string& version,
                 const Substitutes& variables, base::Duration elapsed);

/// "namespace/name", or "provider/name" without a namespace.
std::string full_name(const Resource& resource);

}  // namespace iter8::tasks::metrics::legacy

namespace iter8::config {

template <>
struct Choices<tasks::metrics::legacy::AuthType> {
  using enum tasks::metrics::legacy::AuthType;
  static constexpr std::array names{std::pair{"Basic", basic}, std::pair{"Bearer", bearer},
                                    std::pair{"APIKey", api_key}};
};

template <>
struct Choices<tasks::metrics::legacy::ResourceType> {
  using enum tasks::metrics::legacy::ResourceType;
  static constexpr std::array names{std::pair{"Counter", counter}, std::pair{"Gauge", gauge}};
};

}  // namespace iter8::config
