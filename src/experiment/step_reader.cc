#include "experiment/step_reader.h"

#include <fmt/format.h>

#include "base/text.h"
#include "config/reference.h"
#include "experiment/condition.h"
#include "experiment/file_format.h"

namespace iter8::experiment {

namespace {

using config::Node;
using config::Problems;

std::size_t error_count(const Problems& problems) {
  std::size_t count = 0;
  for (const config::Problem& problem : problems.all())
    if (problem.severity == config::Problem::Severity::error) ++count;
  return count;
}

/// The kind that the entry names, after reporting an unknown one.
std::optional<TaskKind> find_kind(const StepOptions& options, const Node& entry, const Catalog& catalog,
                                  BuildContext& context) {
  if (options.run) {
    if (options.task)
      context.problems.objection(entry.position, "both 'task' and 'run' are given; 'run' counts");
    if (options.with)
      context.problems.objection(options.with->position, "'with' has no meaning beside 'run'");
    return catalog.script;
  }
  if (!options.task || options.task->empty()) {
    context.problems.error(entry.position, "an entry with neither 'task' nor 'run'");
    return std::nullopt;
  }
  if (const TaskKind* kind = catalog.find(*options.task)) return *kind;

  const std::size_t before = error_count(context.problems);
  if (catalog.family)
    if (std::optional<TaskKind> kind = catalog.family(*options.task, context)) return kind;
  if (error_count(context.problems) == before) {
    const Node* name = entry.find("task");
    context.problems.error(name ? name->position : entry.position,
                           fmt::format("unknown task '{}'{}", base::printable(*options.task),
                                       base::suggestion(*options.task, catalog.names())));
  }
  return std::nullopt;
}

std::unique_ptr<Task> build(const TaskKind& kind, const Node& with, BuildContext& context) {
  const std::size_t before = error_count(context.problems);
  std::unique_ptr<Task> task = kind.build(with, context);
  const bool has_error = error_count(context.problems) > before;
  if (!task && !has_error)
    context.problems.error(with.position, fmt::format("the options of task '{}' are wrong", kind.name));
  return has_error ? nullptr : std::move(task);
}

/// Builds a task that has an error once more with less strictness, without reporting anything: a misspelt
/// option must not make every metric of the task unknown, too.
std::unique_ptr<Task> build_leniently(const TaskKind& kind, const Node& with, BuildContext& context) {
  Problems unheard(context.problems.file(), config::Strictness::lenient);
  BuildContext lenient{context.versions,  context.environment, context.secrets,
                       context.directory, context.position,    unheard};
  return kind.build(with, lenient);
}

Node with_of(const StepOptions& options, const Node& entry) {
  if (options.run) return *options.run;
  if (options.with) return *options.with;
  Node nothing;
  nothing.position = entry.position;
  return nothing;
}

}  // namespace

std::optional<config::Expression> read_condition(const Node& node, Problems& problems) {
  if (node.kind != Node::Kind::scalar) {
    config::expected(node, problems, "a condition");
    return std::nullopt;
  }
  config::Position start = node.position;
  if (node.quoted) ++start.column;
  return config::Expression::parse(node.text, start, condition_vocabulary(), problems);
}

StepReading read_step(const Node& entry, Section section, std::size_t index, const Catalog& catalog,
                      BuildContext& context) {
  StepReading reading;
  context.position = entry.position;
  if (entry.kind != Node::Kind::map) {
    config::expected(entry, context.problems, "an entry with 'task' or 'run'");
    return reading;
  }

  const std::size_t before = error_count(context.problems);
  StepOptions options;
  step_fields().read(entry, context.problems, options);
  std::optional<config::Expression> condition;
  if (options.condition) condition = read_condition(*options.condition, context.problems);
  const Node* name = entry.find("task");
  if (name) context.position = name->position;
  const std::optional<TaskKind> kind = find_kind(options, entry, catalog, context);
  if (!kind) return reading;
  if (options.run) context.after_script = true;
  Node with = with_of(options, entry);
  if (!options.run)
    config::expand_references(with, {context.environment, context.directory}, context.secrets,
                              context.problems);
  std::unique_ptr<Task> task = build(*kind, with, context);
  if (!task || error_count(context.problems) > before) {
    reading.task = task ? std::move(task) : build_leniently(*kind, with, context);
    return reading;
  }

  reading.step = Step{.section = section,
                      .index = index,
                      .kind = kind->name,
                      .name = options.name,
                      .condition = std::move(condition),
                      .timeout = options.timeout,
                      .continue_on_error = options.continue_on_error,
                      .retries = static_cast<int>(options.retries),
                      .position = entry.position,
                      .task = std::move(task)};
  return reading;
}

}  // namespace iter8::experiment
