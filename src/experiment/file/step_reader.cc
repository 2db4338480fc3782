#include "experiment/file/step_reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "config/yaml/env_reference.h"
#include "experiment/file/file_format.h"
#include "experiment/run/condition.h"

namespace iter8::experiment {

namespace {

using config::Node;
using config::Problems;

/// The kind of task that the entry names. Nothing, after reporting it, if there is none.
std::optional<TaskKind> find_kind(const StepOptions& options, const Node& entry, const Catalog& catalog,
                                  BuildContext& context) {
  if (options.run) {
    if (options.task)
      context.problems.objection(entry.position,
                                 "found both 'task' and 'run', expected one of them (older Iter8 ran 'run')");
    if (options.with)
      context.problems.objection(options.with->position, "'with' has no effect together with 'run'");
    return catalog.script;
  }
  if (!options.task || options.task->empty()) {
    context.problems.error(entry.position, "expected an entry with 'task' or 'run', found neither");
    return std::nullopt;
  }
  if (const TaskKind* kind = catalog.find(*options.task)) {
    context.has_older_names = context.has_older_names || kind->is_older || kind->name != *options.task;
    return *kind;
  }

  const std::size_t before = context.problems.all().size();
  std::optional<TaskKind> kind = catalog.family ? catalog.family(*options.task, context) : std::nullopt;
  if (!kind && !context.problems.has_errors_since(before))
    context.problems.error(
        context.position,
        fmt::format("unknown task '{}'{}", base::printable(*options.task),
                    context.problems.is_full() ? "" : base::suggestion(*options.task, catalog.names())));
  return kind;
}

/// The same context, but problems are reported to `problems`.
BuildContext with_problems(const BuildContext& context, Problems& problems) {
  return {context.versions,     context.environment,     context.secrets,
          context.directory,    context.position,        problems,
          context.after_script, context.has_older_names, context.has_older_shape,
          context.descriptions, context.has_own_plugins};
}

std::unique_ptr<Task> build(const TaskKind& kind, const Node& with, BuildContext& context) {
  const std::size_t before = context.problems.all().size();
  std::unique_ptr<Task> task = kind.build(with, context);
  const bool has_error = context.problems.has_errors_since(before);
  if (!task && !has_error)
    context.problems.error(with.position, fmt::format("the options of task '{}' are wrong", kind.name));
  return has_error ? nullptr : std::move(task);
}

/// Builds a task that has an error a second time, leniently and without reporting anything: a misspelt option
/// must not also make every metric of the task unknown.
std::unique_ptr<Task> build_leniently(const TaskKind& kind, const Node& with, const BuildContext& context) {
  Problems unreported(context.problems.file(), config::Strictness::lenient);
  BuildContext lenient = with_problems(context, unreported);
  return kind.build(with, lenient);
}

/// Builds a task with a reference that could not be expanded, only to report what else is wrong with it.
/// Problems on the line of the reference are consequences of it and are dropped.
void build_with_broken_reference(const TaskKind& kind, const Node& with, const Problems& broken,
                                 BuildContext& context) {
  Problems found(context.problems.file(), context.problems.strictness());
  BuildContext quiet = with_problems(context, found);
  build(kind, with, quiet);
  for (const config::Problem& problem : found.all()) {
    const bool is_consequence =
        std::any_of(broken.all().begin(), broken.all().end(), [&problem](const config::Problem& reference) {
          return reference.position.line == problem.position.line;
        });
    if (is_consequence) continue;
    if (problem.severity == config::Problem::Severity::error)
      context.problems.error(problem.position, problem.message);
    else
      context.problems.warning(problem.position, problem.message);
  }
}

/// Expands the references in the options and builds the task from them; null after reporting what is wrong.
std::unique_ptr<Task> expand_and_build(const TaskKind& kind, Node& with, bool is_script,
                                       BuildContext& context) {
  if (is_script) return build(kind, with, context);
  Problems broken(context.problems.file(), context.problems.strictness());
  config::expand_references(with, {context.environment, context.directory}, context.secrets, broken);
  context.problems.add_outside_of(broken);
  if (!broken.has_errors()) return build(kind, with, context);

  for (const config::Problem& problem : broken.all())
    context.problems.error(problem.position, problem.message);
  build_with_broken_reference(kind, with, broken, context);
  return nullptr;
}

Node with_of(const StepOptions& options, const Node& entry) {
  if (options.run) return *options.run;
  if (options.with) return *options.with;
  Node nothing;
  nothing.position = entry.position;
  return nothing;
}

/// The entry without options of its task that stand beside `with` and not below it, which are reported.
Node without_task_options(const Node& entry, const Catalog& catalog, Problems& problems) {
  const Node* name = entry.find("task");
  const TaskKind* kind = name != nullptr ? catalog.find(name->text) : nullptr;
  if (kind == nullptr) return entry;
  const auto is_option = [&](const std::string& key) {
    return std::ranges::any_of(kind->options.fields, [&](const config::FieldDoc& field) {
      return field.name == key || std::ranges::find(field.aliases, key) != field.aliases.end();
    });
  };
  Node rest = entry;
  std::erase_if(rest.entries, [&](const Node::Entry& each) {
    if (step_fields().knows(each.key) || !is_option(each.key)) return false;
    problems.error(each.position, fmt::format("'{}' is an option of the task: expected it below 'with'",
                                              base::printable(each.key)));
    return true;
  });
  return rest;
}

}  // namespace

std::optional<config::Expression> read_condition(const Node& node, Problems& problems) {
  if (node.kind != Node::Kind::scalar) {
    config::expected(node, problems, "a condition");
    return std::nullopt;
  }
  const config::Position start = node.text_position.line > 0 ? node.text_position : node.position;
  return config::Expression::parse(node.text, start, condition_vocabulary(), problems);
}

StepReading read_step(const Node& entry, Section section, std::size_t index, const Catalog& catalog,
                      BuildContext& context) {
  StepReading reading;
  const Node* name = entry.find("task");
  context.position = name ? name->position : entry.position;
  if (entry.kind != Node::Kind::map) {
    config::expected(entry, context.problems, "an entry with 'task' or 'run'");
    return reading;
  }

  const std::size_t before = context.problems.all().size();
  StepOptions options;
  step_fields().read(without_task_options(entry, catalog, context.problems), context.problems, options);
  std::optional<config::Expression> condition;
  if (options.condition) condition = read_condition(*options.condition, context.problems);

  const std::optional<TaskKind> kind = find_kind(options, entry, catalog, context);
  if (!kind) {
    reading.condition = std::move(condition);
    return reading;
  }
  if (options.run) context.after_script = true;
  Node with = with_of(options, entry);
  std::unique_ptr<Task> task = expand_and_build(*kind, with, options.run.has_value(), context);
  if (!task || context.problems.has_errors_since(before)) {
    reading.task = task ? std::move(task) : build_leniently(*kind, with, context);
    reading.condition = std::move(condition);
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
                      .role = kind->role,
                      .task = std::move(task)};
  return reading;
}

}  // namespace iter8::experiment
