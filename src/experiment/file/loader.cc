#include "experiment/file/loader.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "config/yaml/document.h"
#include "config/yaml/env_reference.h"
#include "experiment/file/condition_check.h"
#include "experiment/file/file_format.h"
#include "experiment/file/file_shape.h"
#include "experiment/file/foreseeing.h"
#include "experiment/file/metric_check.h"
#include "experiment/file/order_check.h"
#include "experiment/file/overrides.h"
#include "experiment/file/step_reader.h"
#include "experiment/file/version_list.h"
#include "experiment/metric/metric_name.h"

namespace iter8::experiment {

namespace {

using config::Node;
using config::Problems;

/// Loads one file: the part of the experiment that has been read so far, and what reading the rest needs.
class Loader {
 public:
  Loader(const std::filesystem::path& file, const Catalog& catalog, const base::Environment& environment,
         base::Secrets& secrets, Problems& problems)
      : catalog_(catalog), problems_(problems), context_{experiment_.versions,
                                                         environment,
                                                         secrets,
                                                         std::filesystem::absolute(file).parent_path(),
                                                         {},
                                                         problems} {
    experiment_.file = file;
    experiment_.directory = context_.directory;
  }

  std::optional<Experiment> load(const std::string& content, const LoadOptions& options);

 private:
  std::optional<Node> parse(const std::string& content, const LoadOptions& options);
  bool read_document(const Node& root, const LoadOptions& options);
  FileOptions read_top_level(const Node& root);
  void read_name(const FileOptions& file);
  void read_version_list(const FileOptions& file);
  void read_loop(const Node& node);
  void read_section(const std::optional<Node>& list, Section section, std::vector<Step>& steps);
  void resolve_versions();
  FileSpelling spelling() const;
  void check_tasks();
  void check_conditions(const ProducedMetrics& produced);
  void announce_limits();
  void announce_uses();
  void announce_name();

  const Catalog& catalog_;
  Problems& problems_;
  Experiment experiment_;
  BuildContext context_;  // borrows experiment_.versions
  std::vector<std::unique_ptr<Task>> faulty_tasks_;
  std::vector<config::Expression> faulty_conditions_;  // of steps that have another error
  bool some_tasks_unknown_ = false;
  bool are_versions_known_ = true;
};

/// `tasks` of an older object shape, spec: {iter8Version, tasks}.
Node tasks_of(const Node& spec) {
  const Node* inner = spec.kind == Node::Kind::map ? spec.find("tasks") : nullptr;
  return inner ? *inner : spec;
}

FileOptions Loader::read_top_level(const Node& root) {
  FileOptions file;
  if (root.kind == Node::Kind::sequence) {
    file.tasks = root;
    context_.has_older_shape = true;
    return file;
  }
  if (root.find("apiVersion")) {
    problems_.error(
        root.position,
        "found a Kubernetes object of Iter8 0.7 or older, expected an experiment file with 'tasks'");
    return file;
  }

  file_fields().read(without_own_keys(root), problems_, file);
  for (const std::string& name : file.secrets)
    base::add_declared_secret(context_.environment, name, context_.secrets);
  context_.has_older_shape = file.spec.has_value();
  if (file.tasks && file.spec)
    problems_.error(file.spec->position, "both 'tasks' and 'spec' are given; they mean the same, keep one");
  else if (file.spec)
    file.tasks = tasks_of(*file.spec);
  if (!file.tasks) problems_.error(root.position, "missing key 'tasks': the tasks of the experiment");
  return file;
}

void Loader::read_name(const FileOptions& file) {
  MetadataOptions metadata;
  if (file.metadata) metadata_fields().read(*file.metadata, problems_, metadata);
  if (file.name || metadata.name) {
    experiment_.name = file.name ? *file.name : *metadata.name;
    return;
  }
  const std::filesystem::path stem = experiment_.file.stem();
  experiment_.name =
      stem == "experiment" || stem == kStandardInput ? context_.directory.filename().string() : stem.string();
}

void Loader::read_version_list(const FileOptions& file) {
  if (!file.versions) return;
  Node list = *file.versions;
  config::expand_references(list, {context_.environment, context_.directory}, context_.secrets, problems_);
  const std::size_t before = problems_.all().size();
  experiment_.versions = read_versions(list, problems_);
  are_versions_known_ = !problems_.has_errors_since(before);
}

void Loader::read_loop(const Node& node) {
  LoopOptions options;
  if (!loop_fields().read(node, problems_, options)) return;
  experiment_.loop.iterations = static_cast<int>(options.iterations);
  experiment_.loop.interval = options.interval;
  if (!options.until) return;
  experiment_.loop.until = read_condition(*options.until, problems_);
  if (options.iterations == 1)
    problems_.objection(options.until->position,
                        "'until' has no effect on a single iteration; set 'iterations'");
}

void Loader::read_section(const std::optional<Node>& list, Section section, std::vector<Step>& steps) {
  if (!list) return;
  const bool is_list = list->kind == Node::Kind::sequence;
  if (!is_list || (section == Section::tasks && list->items.empty())) {
    if (!is_list) config::expected(*list, problems_, "a list of tasks");
    if (is_list) problems_.error(list->position, "expected a list of at least one task, found an empty list");
    return;
  }
  for (std::size_t index = 0; index < list->items.size(); ++index) {
    if (list->items[index].kind == Node::Kind::null) {  // a bare "-" has no position of its own
      problems_.error(list->position, fmt::format("entry {} of this list is empty", index + 1));
      continue;
    }
    StepReading reading = read_step(list->items[index], section, index, catalog_, context_);
    if (reading.step) {
      steps.push_back(std::move(*reading.step));
      continue;
    }
    if (reading.condition) faulty_conditions_.push_back(std::move(*reading.condition));
    if (reading.task)
      faulty_tasks_.push_back(std::move(reading.task));
    else
      some_tasks_unknown_ = true;
  }
}

/// A file that names no versions has as many as its tasks name (versionInfo), or one.
void Loader::resolve_versions() {
  std::size_t count = experiment_.versions.size();
  for (const auto* steps : {&experiment_.setup, &experiment_.tasks, &experiment_.finally})
    for (const Step& step : *steps) {
      const std::size_t named = step.task->named_versions();
      if (named == 0 || named == count) continue;
      if (count > 0)
        problems_.error(
            step.position,
            fmt::format("this task names {} versions, but {} {}", named,
                        experiment_.versions.empty() ? "an earlier one names" : "the file has", count));
      else
        count = named;
    }
  if (experiment_.versions.empty()) experiment_.versions = numbered_versions(std::max<std::size_t>(count, 1));
}

/// That of whatever judges, or else of the file's shape and the names of its tasks.
FileSpelling Loader::spelling() const {
  bool is_judged = false;
  for (const auto* steps : {&experiment_.setup, &experiment_.tasks, &experiment_.finally})
    for (const Step& step : *steps) {
      const std::optional<FileSpelling> spelling = step.task->spelling();
      if (spelling == FileSpelling::native) return FileSpelling::native;
      is_judged = is_judged || spelling;
    }
  const bool is_older = is_judged || context_.has_older_shape || context_.has_older_names;
  return is_older ? FileSpelling::older : FileSpelling::native;
}

void Loader::check_tasks() {
  std::vector<const Task*> tasks;
  for (const auto* steps : {&experiment_.setup, &experiment_.tasks, &experiment_.finally})
    for (const Step& step : *steps) tasks.push_back(step.task.get());
  const bool are_all_built = faulty_tasks_.empty() && !some_tasks_unknown_;
  for (const auto& task : faulty_tasks_) tasks.push_back(task.get());
  const ProducedMetrics produced(tasks,
                                 some_tasks_unknown_ ? Coverage::some_tasks_unknown : Coverage::all_tasks);
  check_metrics(tasks, produced, problems_);
  check_conditions(produced);
  if (!are_all_built) return;
  check_order(experiment_, problems_);
  if (are_versions_known_) foresee(experiment_, problems_);
}

void Loader::check_conditions(const ProducedMetrics& produced) {
  std::vector<std::string> versions;
  if (are_versions_known_)
    for (const Version& version : experiment_.versions) versions.push_back(version.name);
  const auto check = [&](const config::Expression& condition) {
    check_condition(condition, versions, produced, problems_);
  };
  for (const auto* steps : {&experiment_.setup, &experiment_.tasks, &experiment_.finally})
    for (const Step& step : *steps)
      if (step.condition) check(*step.condition);
  if (experiment_.loop.until) check(*experiment_.loop.until);
  for (const config::Expression& condition : faulty_conditions_) check(condition);
}

void Loader::announce_limits() {
  std::vector<MetricLimit> limits;
  for (auto* steps : {&experiment_.setup, &experiment_.tasks, &experiment_.finally})
    for (const Step& step : *steps)
      for (MetricLimit& limit : step.task->limits()) limits.push_back(std::move(limit));
  if (limits.empty()) return;
  for (auto* steps : {&experiment_.setup, &experiment_.tasks, &experiment_.finally})
    for (Step& step : *steps) step.task->note_limits(limits);
}

void Loader::announce_name() {
  for (auto* steps : {&experiment_.setup, &experiment_.tasks, &experiment_.finally})
    for (Step& step : *steps) step.task->note_experiment(experiment_.name);
}

void Loader::announce_uses() {
  std::set<std::string> metrics;
  for (auto* steps : {&experiment_.setup, &experiment_.tasks, &experiment_.finally})
    for (const Step& step : *steps)
      for (const MetricReference& reference : step.task->consumes())
        metrics.insert(canonical_metric_name(reference.name));
  for (auto* steps : {&experiment_.setup, &experiment_.tasks, &experiment_.finally})
    for (Step& step : *steps) step.task->note_uses(metrics);
}

std::optional<Experiment> Loader::load(const std::string& content, const LoadOptions& options) {
  const std::optional<Node> root = parse(content, options);
  if (!root) return std::nullopt;
  experiment_.digest = "sha256:" + base::sha256_hex(content);
  const bool is_good = read_document(*root, options);
  problems_.name_keys(*root);
  if (!is_good) return std::nullopt;
  return std::move(experiment_);
}

std::optional<Node> Loader::parse(const std::string& content, const LoadOptions& options) {
  Problems found(problems_.file(), problems_.strictness());
  std::optional<Node> root = config::parse_document(content, found);
  if (!root && !resembles_experiment(content)) {
    report_other_kind(problems_);
    return std::nullopt;
  }
  for (const config::Problem& problem : found.all())
    problem.severity == config::Problem::Severity::error
        ? problems_.error(problem.position, problem.message)
        : problems_.warning(problem.position, problem.message);
  if (!root) return std::nullopt;
  apply_overrides(*root, options.overrides);
  if (!check_shape(*root, problems_)) return std::nullopt;
  return root;
}

bool Loader::read_document(const Node& root, const LoadOptions& options) {
  context_.descriptions = options.descriptions;
  context_.has_own_plugins = options.trust.trust != Trust::none;
  check_trust(root, options.trust, base::HostPolicy::of(context_.environment), catalog_, context_.directory,
              problems_);
  if (problems_.has_errors() && options.trust.trust == Trust::none) return false;

  const FileOptions file = read_top_level(root);
  read_name(file);
  read_version_list(file);
  if (file.loop) read_loop(*file.loop);
  read_section(file.setup, Section::setup, experiment_.setup);
  read_section(file.tasks, Section::tasks, experiment_.tasks);
  read_section(file.finally, Section::finally, experiment_.finally);
  resolve_versions();
  check_tasks();
  if (problems_.has_errors()) return false;
  experiment_.spelling = spelling();
  experiment_.walls = walls_of(options.trust, context_.environment, context_.directory);
  announce_limits();
  announce_uses();
  announce_name();
  return true;
}

std::optional<std::string> content_of(const std::filesystem::path& file, Problems& problems) {
  std::error_code unknown;
  if (!std::filesystem::exists(file, unknown) && !unknown) {
    problems.error({}, "no such file; `iter8 init` writes an example");
    return std::nullopt;
  }
  if (std::filesystem::is_directory(file, unknown)) {
    problems.error({}, "this is a directory without an experiment.yaml; `iter8 init` writes an example");
    return std::nullopt;
  }
  try {
    return base::read_file(file, config::DocumentLimits{}.bytes);
  } catch (const base::Error& error) {
    problems.error({}, error.what());
    return std::nullopt;
  }
}

}  // namespace

std::optional<Experiment> load_experiment(const std::filesystem::path& file, const LoadOptions& options,
                                          const Catalog& catalog, const base::Environment& environment,
                                          base::Secrets& secrets, Problems& problems) {
  if (!options.content && !is_within_reach(file, options.trust)) {
    problems.error({}, "this is a link that leads out of the workspace: refused");
    return std::nullopt;
  }
  const std::optional<std::string> content = options.content ? options.content : content_of(file, problems);
  if (!content) return std::nullopt;
  return Loader(file, catalog, environment, secrets, problems).load(*content, options);
}

}  // namespace iter8::experiment
