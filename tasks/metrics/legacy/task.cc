#include "tasks/metrics/legacy/task.h"

#include <list>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "tasks/metrics/data.h"
#include "tasks/metrics/items.h"
#include "tasks/metrics/legacy/spec.h"

namespace iter8::tasks {

namespace {

using config::Node;
using config::Problems;
using experiment::BuildContext;
using experiment::Version;
using metrics::Item;
using metrics::Metric;

constexpr std::size_t kLargestSpec = 1024 * 1024;

/// What one spec is rendered with for one version, and the time its metrics are about.
struct Rendering {
  config::Value data;
  metrics::Window window;
};

/// Nothing for a version that the list of values passes over with a null.
std::optional<Rendering> rendering_for(const OlderMetricsOptions& options,
                                       const std::vector<Version>& versions, std::size_t version,
                                       base::WallTime start, base::WallTime now) {
  config::Value::Map values = metrics::to_map(options.values);
  if (version < options.version_values.size()) {
    const Node& own = options.version_values[version];
    if (own.kind == Node::Kind::null) return std::nullopt;
    const config::Value map = config::to_printable_value(own);
    values = metrics::merged(values, *map.map());
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
  const metrics::Window window = metrics::window_of({}, options.starting_time.value_or(start), now);
  const config::Value data = metrics::question_data({}, versions, version, 1, window.start, window);
  const config::Value::Map elapsed = {{"elapsedTimeSeconds", *data.find("elapsedTimeSeconds")}};
  return Rendering{.data = metrics::merged(metrics::merged(*data.map(), values), elapsed), .window = window};
}

/// Rendered specs: the metrics stay where they are while items point at them.
struct Specs {
  std::list<Metric> metrics;
  std::vector<Item> items;
  std::vector<std::string> failures;
};

void add(const config::Template& text, const std::string& provider, const Rendering& rendering,
         std::size_t version, Specs& specs) {
  for (Metric& metric : metrics::metrics_of_spec(provider, text.render(rendering.data))) {
    specs.metrics.push_back(std::move(metric));
    specs.items.push_back({.metric = &specs.metrics.back(),
                           .version = version,
                           .data = rendering.data,
                           .window = rendering.window});
  }
}

config::Template fetched(const SpecPlace& place, const experiment::Context& context) {
  const web::Response response =
      web::Client(context.secrets, context.clock, {.log = &context.log})
          .send_expecting_success({.url = place.url, .response_limit = kLargestSpec}, context.stop);
  Problems problems(place.url);
  auto text = config::Template::parse(response.body, {.line = 1, .column = 1}, problems);
  if (!text) throw base::Error(context.secrets.mask(problems.to_text()));
  return std::move(*text);
}

Specs rendered(const std::vector<SpecPlace>& places, const OlderMetricsOptions& options,
               const experiment::Context& context) {
  Specs specs;
  for (const SpecPlace& place : places) {
    std::string whom;
    try {
      const config::Template text = place.text ? *place.text : fetched(place, context);
      for (std::size_t version = 0; version < context.versions.size(); ++version) {
        whom = " for version '" + context.versions[version].name + "'";
        const auto rendering =
            rendering_for(options, context.versions, version, context.result.start, context.clock.wall());
        if (rendering) add(text, place.provider, *rendering, version, specs);
      }
    } catch (const base::Error& error) {
      specs.failures.push_back(
          fmt::format("provider spec of {}{}: {}", place.provider, whom, context.secrets.mask(error.what())));
    }
  }
  return specs;
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

void add_place(const std::string& provider, const config::Located<std::string>& where, BuildContext& context,
               std::vector<SpecPlace>& places) {
  SpecPlace place{.provider = provider, .url = {}, .text = {}, .position = where.position};
  std::string path = where.value;
  if (path.starts_with("http://") || path.starts_with("https://")) {
    place.url = path;
  } else {
    if (path.starts_with("file://")) path.erase(0, std::string_view("file://").size());
    place.text = read_template(context.directory / path, where.position, context);
    if (!place.text) return;
  }
  places.push_back(std::move(place));
}

/// "prometheus" of "https://example.com/specs/prometheus.tpl": the spec names its provider only after it was
/// rendered.
std::string provider_in(const std::string& url) {
  const std::string name = url.substr(url.rfind('/') + 1);
  return name.substr(0, name.find('.'));
}

std::vector<SpecPlace> places_of(const OlderMetricsOptions& options, BuildContext& context) {
  std::vector<SpecPlace> places;
  for (const auto& [provider, where] : options.templates) add_place(provider, where, context, places);
  for (const auto& url : options.provider_urls) add_place(provider_in(url.value), url, context, places);
  for (const auto& name : options.providers)
    add_place(name.value, {name.value + ".metrics.yaml", name.position}, context, places);
  return places;
}

/// Renders what is in files once, so that a mistake is found before anything runs.
void check(const OlderMetricsOptions& options, const std::vector<SpecPlace>& places, BuildContext& context) {
  std::vector<Version> versions = context.versions;
  for (std::size_t i = versions.size(); i < std::max<std::size_t>(1, options.version_values.size()); ++i)
    versions.push_back({.name = std::to_string(i), .values = {{"name", std::to_string(i)}}});
  const base::WallTime now = base::SystemClock().wall();
  for (const SpecPlace& place : places) {
    Specs specs;
    try {
      for (std::size_t version = 0; place.text && version < versions.size(); ++version)
        if (const auto rendering =
                rendering_for(options, versions, version, now - metrics::kSampleWindow, now))
          add(*place.text, place.provider, *rendering, version, specs);
    } catch (const base::Error& error) {
      context.problems.error(place.position, context.secrets.mask(error.what()));
    }
  }
}

void check_values(const OlderMetricsOptions& options, const Node& with, Problems& problems) {
  for (const Node& values : options.version_values)
    if (values.kind != Node::Kind::map && values.kind != Node::Kind::null)
      config::expected(values, problems, "a map of values");
  if (options.templates.empty() && options.provider_urls.empty() && options.providers.empty())
    problems.error(with.position, "expected templates: {provider: URL or file}");
}

}  // namespace

const config::Fields<OlderMetricsOptions>& fields_of(const OlderMetricsOptions*) {
  static const auto fields =
      config::Fields<OlderMetricsOptions>{}
          .optional("templates", &OlderMetricsOptions::templates,
                    "Provider specs of older Iter8: provider: URL, file:// URL or path")
          .optional("providerURLs", &OlderMetricsOptions::provider_urls, "The same, as a list of URLs")
          .optional("providers", &OlderMetricsOptions::providers,
                    "The same, as a list of names: NAME.metrics.yaml is the spec")
          .optional("values", &OlderMetricsOptions::values, "Values for templates: {{ .name }}")
          .alias("common")
          .optional("versionValues", &OlderMetricsOptions::version_values,
                    "Values for templates of each version")
          .alias("versionInfo")
          .optional("startingTime", &OlderMetricsOptions::starting_time,
                    "Start of the time that elapsedTimeSeconds counts")
          .rule(check_values);
  return fields;
}

experiment::Outcome OlderMetricsTask::run(const experiment::Context& context) {
  const Specs specs = rendered(specs_, options_, context);
  constexpr int concurrency = 8;
  experiment::Outcome outcome = metrics::collect(specs.items, context, {}, concurrency);
  std::vector<std::string> failures = specs.failures;
  if (outcome.failure) failures.push_back(*outcome.failure);
  if (!failures.empty()) outcome.failure = base::join(failures, " | ");
  return outcome;
}

std::vector<std::string> OlderMetricsTask::plan(const std::vector<Version>& versions) const {
  std::vector<std::string> lines;
  const base::WallTime now = base::SystemClock().wall();
  for (const SpecPlace& place : specs_) {
    if (!place.text) {
      lines.push_back(place.provider + ": GET " + base::printable(place.url) +
                      ", and asks what it describes");
      continue;
    }
    Specs specs;
    for (std::size_t version = 0; version < versions.size(); ++version)
      if (const auto rendering =
              rendering_for(options_, versions, version, now - metrics::kSampleWindow, now))
        add(*place.text, place.provider, *rendering, version, specs);
    for (std::string& line : metrics::planned(specs.items, versions)) lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> OlderMetricsTask::produces() const {
  std::vector<std::string> names;
  for (const SpecPlace& place : specs_) names.push_back(place.provider + "/*");
  return names;
}

std::unique_ptr<experiment::Task> build_older_metrics(const Node& with, BuildContext& context) {
  const std::size_t before = context.problems.all().size();
  OlderMetricsOptions options;
  if (!fields_of(&options).read(with, context.problems, options)) return nullptr;
  if (!options.version_values.empty() && !context.versions.empty() &&
      options.version_values.size() != context.versions.size())
    context.problems.error(with.position,
                           fmt::format("versionValues has {} entries, the experiment {} versions",
                                       options.version_values.size(), context.versions.size()));
  std::vector<SpecPlace> places = places_of(options, context);
  if (!context.problems.has_errors_since(before)) check(options, places, context);
  if (context.problems.has_errors_since(before)) return nullptr;
  return std::make_unique<OlderMetricsTask>(std::move(options), std::move(places));
}

}  // namespace iter8::tasks
