#include "tasks/metrics/legacy/spec_task.h"

#include <list>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/host_policy.h"
#include "base/text.h"
#include "tasks/metrics/collect.h"
#include "tasks/metrics/legacy/spec.h"
#include "tasks/metrics/query_plan.h"

namespace iter8::tasks::metrics::legacy {

namespace {

using config::Node;
using config::Problems;
using experiment::BuildContext;
using experiment::Version;

constexpr std::size_t kLargestSpec = 1024 * 1024;

/// What one spec is rendered with for one version, and the time its metrics are about.
struct Rendering {
  config::Value data;
  Window window;
};

/// Nothing for a version that the list of values passes over with a null.
std::optional<Rendering> rendering_for(const SpecMetricsOptions& options,
                                       const std::vector<Version>& versions, std::size_t version,
                                       base::WallTime start, base::WallTime now) {
  config::Value::Map values = to_map(options.values);
  if (version < options.version_values.size()) {
    const Node& own = options.version_values[version];
    if (own.kind == Node::Kind::null) return std::nullopt;
    const config::Value map = config::to_printable_value(own);
    values = merge_maps(values, *map.map());
  }
  const config::Value all(values);
  const config::Value* given = all.find("startingTime");
  if (given != nullptr && given->text() != nullptr) {
    const auto time = base::parse_rfc3339(*given->text());
    if (!time)
      throw base::Error("cannot read startingTime '" + base::printable(*given->text()) +
                        "', expected a time such as 2026-01-01T00:00:00Z");
    start = *time;
  }
  const Window window = query_window({}, options.starting_time.value_or(start), now);
  const config::Value data = template_data({}, versions, version, 1, window.start, window);
  const config::Value::Map elapsed = {{"elapsedTimeSeconds", *data.find("elapsedTimeSeconds")}};
  return Rendering{.data = merge_maps(merge_maps(*data.map(), values), elapsed), .window = window};
}

/// Rendered specs: the metrics stay where they are while queries point at them.
struct RenderedSpecs {
  std::list<Metric> metrics;
  std::vector<PlannedQuery> queries;
  std::vector<std::string> failures;
};

void add_queries(const config::Template& text, const std::string& provider, const Rendering& rendering,
                 std::size_t version, RenderedSpecs& rendered) {
  for (Metric& metric : metrics_of_spec(provider, text.render(rendering.data))) {
    rendered.metrics.push_back(std::move(metric));
    rendered.queries.push_back({.metric = &rendered.metrics.back(),
                                .version = version,
                                .data = rendering.data,
                                .window = rendering.window});
  }
}

config::Template fetch_template(const ProviderSpec& spec, const experiment::Context& context) {
  const web::Response response =
      web::Client(context.secrets, context.clock,
                  {.hosts = base::HostPolicy::of(context.environment), .log = &context.log})
          .send_expecting_success({.url = spec.url, .response_limit = kLargestSpec}, context.stop);
  Problems problems(spec.url);
  auto text = config::Template::parse(response.body, {.line = 1, .column = 1}, problems);
  if (!text) throw base::Error(context.secrets.mask(problems.to_text()));
  return std::move(*text);
}

RenderedSpecs render_specs(const std::vector<ProviderSpec>& specs, const SpecMetricsOptions& options,
                           const experiment::Context& context) {
  RenderedSpecs rendered;
  for (const ProviderSpec& spec : specs) {
    std::string whom;
    try {
      const config::Template text = spec.text ? *spec.text : fetch_template(spec, context);
      for (std::size_t version = 0; version < context.versions.size(); ++version) {
        whom = " for version '" + context.versions[version].name + "'";
        const auto rendering =
            rendering_for(options, context.versions, version, context.result.start, context.clock.wall());
        if (rendering) add_queries(text, spec.provider, *rendering, version, rendered);
      }
    } catch (const base::Error& error) {
      rendered.failures.push_back(
          fmt::format("provider spec of {}{}: {}", spec.provider, whom, context.secrets.mask(error.what())));
    }
  }
  return rendered;
}

/// The template in a file, after reporting what is wrong with it.
std::optional<config::Template> read_template(const std::filesystem::path& path, config::Position position,
                                              BuildContext& context) {
  try {
    Problems problems(path.filename().string());
    auto text =
        config::Template::parse(base::read_file(path, kLargestSpec), {.line = 1, .column = 1}, problems);
    for (const config::Problem& problem : problems.all())
      context.problems.error(position, fmt::format("{}:{}:{}: {}", problems.file(), problem.position.line,
                                                   problem.position.column, problem.message));
    return text;
  } catch (const base::Error& error) {
    context.problems.error(position, error.what());
    return std::nullopt;
  }
}

void add_spec(const std::string& provider, const config::Located<std::string>& where, BuildContext& context,
              std::vector<ProviderSpec>& specs) {
  ProviderSpec spec{.provider = provider, .url = {}, .text = {}, .position = where.position};
  std::string path = where.value;
  if (path.starts_with("http://") || path.starts_with("https://")) {
    spec.url = path;
  } else {
    if (path.starts_with("file://")) path.erase(0, std::string_view("file://").size());
    spec.text = read_template(context.directory / path, where.position, context);
    if (!spec.text) return;
  }
  specs.push_back(std::move(spec));
}

/// "prometheus" of "https://example.com/specs/prometheus.tpl": what the spec calls its provider is known only
/// after rendering.
std::string provider_in(const std::string& url) {
  const std::string name = url.substr(url.rfind('/') + 1);
  return name.substr(0, name.find('.'));
}

std::vector<ProviderSpec> read_specs(const SpecMetricsOptions& options, BuildContext& context) {
  std::vector<ProviderSpec> specs;
  for (const auto& [provider, where] : options.templates) add_spec(provider, where, context, specs);
  for (const auto& url : options.provider_urls) add_spec(provider_in(url.value), url, context, specs);
  for (const auto& name : options.providers)
    add_spec(name.value, {name.value + ".metrics.yaml", name.position}, context, specs);
  return specs;
}

/// Renders what is in files once, so that a mistake is found before anything runs.
void check(const SpecMetricsOptions& options, const std::vector<ProviderSpec>& specs, BuildContext& context) {
  std::vector<Version> versions = context.versions;
  for (std::size_t i = versions.size(); i < std::max<std::size_t>(1, options.version_values.size()); ++i)
    versions.push_back({.name = std::to_string(i), .values = {{"name", std::to_string(i)}}});
  const base::WallTime now = base::SystemClock().wall();
  for (const ProviderSpec& spec : specs) {
    RenderedSpecs rendered;
    try {
      for (std::size_t version = 0; spec.text && version < versions.size(); ++version)
        if (const auto rendering = rendering_for(options, versions, version, now - kSampleWindow, now))
          add_queries(*spec.text, spec.provider, *rendering, version, rendered);
    } catch (const base::Error& error) {
      context.problems.error(spec.position, context.secrets.mask(error.what()));
    }
  }
}

void check_values(const SpecMetricsOptions& options, const Node& with, Problems& problems) {
  for (const Node& values : options.version_values)
    if (values.kind != Node::Kind::map && values.kind != Node::Kind::null)
      config::expected(values, problems, "a map of values");
  if (options.templates.empty() && options.provider_urls.empty() && options.providers.empty())
    problems.error(with.position, "expected templates: {provider: URL or file}");
}

}  // namespace

const config::Fields<SpecMetricsOptions>& fields_of(const SpecMetricsOptions*) {
  static const auto fields =
      config::Fields<SpecMetricsOptions>{}
          .optional("templates", &SpecMetricsOptions::templates,
                    "Provider specs of older Iter8: provider: URL, file:// URL or path")
          .optional("providerURLs", &SpecMetricsOptions::provider_urls, "The same, as a list of URLs")
          .optional("providers", &SpecMetricsOptions::providers,
                    "The same, as a list of names: NAME.metrics.yaml is the spec")
          .optional("values", &SpecMetricsOptions::values, "Values for templates: {{ .name }}")
          .alias("common")
          .optional("versionValues", &SpecMetricsOptions::version_values,
                    "Values for templates of each version")
          .alias("versionInfo")
          .optional("startingTime", &SpecMetricsOptions::starting_time,
                    "Start of the time that elapsedTimeSeconds counts")
          .rule(check_values);
  return fields;
}

experiment::Outcome SpecMetricsTask::run(const experiment::Context& context) {
  const RenderedSpecs rendered = render_specs(specs_, options_, context);
  constexpr int concurrency = 8;
  experiment::Outcome outcome = collect(rendered.queries, context, {}, concurrency);
  std::vector<std::string> failures = rendered.failures;
  if (outcome.failure) failures.push_back(*outcome.failure);
  if (!failures.empty()) outcome.failure = base::join(failures, " | ");
  return outcome;
}

std::vector<std::string> SpecMetricsTask::plan(const std::vector<Version>& versions) const {
  std::vector<std::string> lines;
  const base::WallTime now = base::SystemClock().wall();
  for (const ProviderSpec& spec : specs_) {
    if (!spec.text) {
      lines.push_back(spec.provider + ": GET " + base::printable(spec.url) + ", and asks what it describes");
      continue;
    }
    RenderedSpecs rendered;
    for (std::size_t version = 0; version < versions.size(); ++version)
      if (const auto rendering = rendering_for(options_, versions, version, now - kSampleWindow, now))
        add_queries(*spec.text, spec.provider, *rendering, version, rendered);
    for (std::string& line : describe_queries(rendered.queries, versions)) lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> SpecMetricsTask::produces() const {
  std::vector<std::string> names;
  for (const ProviderSpec& spec : specs_) names.push_back(spec.provider + "/*");
  return names;
}

std::unique_ptr<experiment::Task> build_spec_metrics(const Node& with, BuildContext& context) {
  const std::size_t before = context.problems.all().size();
  SpecMetricsOptions options;
  if (!fields_of(&options).read(with, context.problems, options)) return nullptr;
  if (!options.version_values.empty() && !context.versions.empty() &&
      options.version_values.size() != context.versions.size())
    context.problems.error(with.position,
                           fmt::format("versionValues has {} entries, the experiment {} versions",
                                       options.version_values.size(), context.versions.size()));
  std::vector<ProviderSpec> specs = read_specs(options, context);
  if (!context.problems.has_errors_since(before)) check(options, specs, context);
  if (context.problems.has_errors_since(before)) return nullptr;
  return std::make_unique<SpecMetricsTask>(std::move(options), std::move(specs));
}

}  // namespace iter8::tasks::metrics::legacy
