#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include "config/options/fields.h"
#include "experiment/file/loader.h"

namespace iter8::experiment::test {

struct ProbeOptions {
  std::string url;
  std::int64_t qps = 8;
  std::vector<std::string> versions;
  std::vector<std::string> makes;
  std::vector<std::string> needs;
  std::string judges;  // "older" or "native"; empty = it does not judge
};

inline const config::Fields<ProbeOptions>& probe_fields() {
  static const auto fields = config::Fields<ProbeOptions>{}
                                 .optional("url", &ProbeOptions::url, "Where")
                                 .optional("qps", &ProbeOptions::qps, "Rate", config::at_least(1))
                                 .optional("versionInfo", &ProbeOptions::versions, "Versions")
                                 .optional("makes", &ProbeOptions::makes, "Metrics it makes")
                                 .optional("needs", &ProbeOptions::needs, "Metrics it needs")
                                 .optional("judges", &ProbeOptions::judges, "Spelling of what it judges by");
  return fields;
}

/// A task that does what its options say, as far as the loader can see.
class ProbeTask final : public Task {
 public:
  ProbeTask(ProbeOptions options, config::Position position)
      : options_(std::move(options)), position_(position) {}
  Outcome run(const Context&) override { return {.message = options_.url}; }
  std::vector<std::string> plan(const std::vector<Version>&) const override { return {options_.url}; }
  std::size_t named_versions() const override { return options_.versions.size(); }
  std::optional<FileSpelling> spelling() const override {
    if (options_.judges.empty()) return std::nullopt;
    return options_.judges == "older" ? FileSpelling::older : FileSpelling::native;
  }
  std::vector<std::string> produces() const override { return options_.makes; }
  std::vector<MetricReference> consumes() const override {
    std::vector<MetricReference> references;
    for (const std::string& name : options_.needs) references.push_back({name, position_});
    return references;
  }

 private:
  ProbeOptions options_;
  config::Position position_;
};

inline TaskKind probe_kind() {
  return {.name = "probe",
          .aliases = {"collect-probe-metrics"},
          .summary = "A task for tests",
          .options = probe_fields().schema(),
          .build = [](const config::Node& with, BuildContext& context) -> std::unique_ptr<Task> {
            ProbeOptions options;
            if (!probe_fields().read(with, context.problems, options)) return nullptr;
            return std::make_unique<ProbeTask>(std::move(options), with.position);
          }};
}

inline const Catalog& catalog() {
  static const Catalog made{
      .kinds = {probe_kind()},
      .script = {.name = "run",
                 .build = [](const config::Node& with, BuildContext&) -> std::unique_ptr<Task> {
                   return std::make_unique<ProbeTask>(ProbeOptions{.url = with.text}, with.position);
                 }},
      .family = [](std::string_view name, BuildContext&) -> std::optional<TaskKind> {
        if (!name.starts_with("x-")) return std::nullopt;
        TaskKind kind = probe_kind();
        kind.name = name;
        return kind;
      }};
  return made;
}

/// One loaded text: the experiment, or the problems.
struct Loaded {
  std::optional<Experiment> experiment;
  std::string problems;
};

class Bench {
 public:
  Bench()
      : directory_(std::filesystem::temp_directory_path() / ("iter8-loader-" + std::to_string(::getpid()))) {
    std::filesystem::create_directory(directory_);
  }
  ~Bench() { std::filesystem::remove_all(directory_); }

  Loaded load(const std::string& yaml, LoadOptions options = {},
              config::Strictness strictness = config::Strictness::strict) {
    const std::filesystem::path file = directory_ / "experiment.yaml";
    std::ofstream(file) << yaml;
    config::Problems problems("f", strictness);
    Loaded loaded;
    loaded.experiment = load_experiment(file, options, catalog(), environment, secrets, problems);
    loaded.problems = problems.to_text();
    return loaded;
  }

  base::Environment environment;
  base::Secrets secrets;

 private:
  std::filesystem::path directory_;
};

}  // namespace iter8::experiment::test
