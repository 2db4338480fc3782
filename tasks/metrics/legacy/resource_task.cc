#include "tasks/metrics/legacy/resource_task.h"

#include <algorithm>
#include <list>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "config/value/value_text.h"
#include "config/yaml/document.h"
#include "tasks/metrics/collect.h"
#include "tasks/metrics/query_plan.h"

namespace iter8::tasks::metrics::legacy {

namespace {

using config::Node;
using experiment::BuildContext;
using experiment::Version;

constexpr std::size_t kLargestFile = 1024 * 1024;

/// The version's variables; elapsedTime is whole seconds, at least 1, and wins over a variable of that name.
Substitutes variables_of(const Version& version, base::Duration elapsed) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(elapsed).count();
  Substitutes variables = {{"elapsedTime", std::to_string(std::max<std::int64_t>(1, seconds))}};
  for (const auto& [key, value] : version.values)
    if (!value.list() && !value.map()) variables.emplace_back(key, config::to_plain_text(value));
  variables.emplace_back("name", version.name);
  return variables;
}

struct ResourceQueries {
  std::list<Metric> metrics;  // which queries point at
  std::vector<PlannedQuery> queries;
  std::vector<std::string> failures;
};

ResourceQueries plan_resources(const std::vector<Resource>& resources, const ResourceSecrets& secrets,
                               const std::vector<Version>& versions, const Window& window) {
  ResourceQueries planned;
  for (const Resource& resource : resources)
    for (std::size_t version = 0; version < versions.size(); ++version) {
      try {
        planned.metrics.push_back(metric_of(resource, secrets, versions[version].name,
                                            variables_of(versions[version], window.length()),
                                            window.length()));
        planned.queries.push_back(
            {.metric = &planned.metrics.back(), .version = version, .data = {}, .window = window});
      } catch (const base::Error& error) {
        planned.failures.push_back(full_name(resource) + ": " + error.what());
      }
    }
  return planned;
}

/// The numbers that sampleSize of a metric points at are the sizes of its samples.
void set_sample_sizes(const std::vector<Resource>& resources, experiment::Outcome& outcome) {
  for (const Resource& resource : resources) {
    const std::string& size = resource.spec.sample_size;
    if (size.empty()) continue;
    for (experiment::Observation& observation : outcome.observations) {
      if (observation.metric.name != full_name(resource)) continue;
      const auto found =
          std::ranges::find_if(outcome.observations, [&](const experiment::Observation& other) {
            return other.version == observation.version &&
                   (other.metric.name == size || other.metric.name.ends_with("/" + size));
          });
      if (found == outcome.observations.end()) continue;
      observation.samples = static_cast<std::int64_t>(experiment::value_of(found->data).value_or(0));
    }
  }
}

/// The resource in a file, after reporting what is wrong with it.
std::optional<Resource> read_resource(const config::Located<std::string>& file, BuildContext& context) {
  const auto object = [&](const std::string& message) { context.problems.error(file.position, message); };
  try {
    config::Problems problems(file.value, context.problems.strictness());
    const auto node =
        config::parse_document(base::read_file(context.directory / file.value, kLargestFile), problems);
    Resource resource;
    if (node) fields_of(&resource).read(*node, problems, resource);
    if (problems.has_errors()) {
      object(std::string(base::trim(problems.to_text())));
      return std::nullopt;
    }
    if (resource.kind != "Metric") {
      object(file.value + ": expected kind Metric, found " + base::printable(resource.kind));
      return std::nullopt;
    }
    return resource;
  } catch (const base::Error& error) {
    object(error.what());
    return std::nullopt;
  }
}

}  // namespace

const config::Fields<ResourceMetricsOptions>& fields_of(const ResourceMetricsOptions*) {
  static const auto fields = config::Fields<ResourceMetricsOptions>{}
                                 .required("resources", &ResourceMetricsOptions::resources,
                                           "Files with Metric resources of classic Iter8")
                                 .optional("secrets", &ResourceMetricsOptions::secrets,
                                           "What the resources call secrets: name: {key: value}")
                                 .optional("startingTime", &ResourceMetricsOptions::starting_time,
                                           "Start of the time that elapsedTime counts");
  return fields;
}

experiment::Outcome ResourceMetricsTask::run(const experiment::Context& context) {
  const Window window =
      query_window({}, options_.starting_time.value_or(context.result.start), context.clock.wall());
  const ResourceQueries all = plan_resources(resources_, options_.secrets, context.versions, window);
  constexpr int concurrency = 8;
  experiment::Outcome outcome = collect(all.queries, context, {}, concurrency);
  set_sample_sizes(resources_, outcome);
  std::vector<std::string> failures = all.failures;
  if (outcome.failure) failures.push_back(*outcome.failure);
  if (!failures.empty()) outcome.failure = base::join(failures, " | ");
  return outcome;
}

std::vector<std::string> ResourceMetricsTask::plan(const std::vector<Version>& versions) const {
  const base::WallTime now = base::SystemClock().wall();
  const ResourceQueries all =
      plan_resources(resources_, options_.secrets, versions, {.start = now - kSampleWindow, .end = now});
  return describe_queries(all.queries, versions);
}

std::vector<std::string> ResourceMetricsTask::produces() const {
  std::vector<std::string> names;
  for (const Resource& resource : resources_) names.push_back(full_name(resource));
  return names;
}

std::unique_ptr<experiment::Task> build_resource_metrics(const Node& with, BuildContext& context) {
  const std::size_t before = context.problems.all().size();
  ResourceMetricsOptions options;
  if (!fields_of(&options).read(with, context.problems, options)) return nullptr;
  for (const auto& [name, values] : options.secrets)
    for (const auto& [key, value] : values) context.secrets.add(value);
  std::vector<Resource> resources;
  for (const auto& file : options.resources)
    if (auto resource = read_resource(file, context)) resources.push_back(std::move(*resource));
  if (context.problems.has_errors_since(before)) return nullptr;

  const base::WallTime now = base::SystemClock().wall();
  const std::vector<Version> versions =
      context.versions.empty() ? std::vector<Version>{{.name = "0", .values = {}}} : context.versions;
  for (const std::string& failure :
       plan_resources(resources, options.secrets, versions, {.start = now - kSampleWindow, .end = now})
           .failures)
    context.problems.error(with.position, context.secrets.mask(failure));
  if (context.problems.has_errors_since(before)) return nullptr;
  return std::make_unique<ResourceMetricsTask>(std::move(options), std::move(resources));
}

}  // namespace iter8::tasks::metrics::legacy
