#include "tasks/plugin/task.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/process.h"
#include "base/stop_timer.h"
#include "base/text.h"
#include "config/options/codec.h"
#include "experiment/result/result_document.h"
#include "experiment/result/value_document.h"
#include "tasks/plugin/answer.h"
#include "tasks/plugin/schema_check.h"
#include "web/foreign_json.h"

namespace iter8::tasks::plugin {

namespace {

using experiment::BuildContext;
using experiment::Context;
using experiment::Json;

constexpr std::string_view kPrefix = "x-";
constexpr std::size_t kAnswerLimit = 16 * 1024 * 1024;
constexpr std::size_t kLinesOfErrors = 10;
constexpr std::chrono::seconds kDescribeLimit{5};

bool is_plugin_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '_' || c == '.';
  });
}

std::string request_text(const std::string& name, const config::Value& with, const Context& context) {
  const Json document = {
      {"protocol", 1},
      {"task", std::string(kPrefix) + name},
      {"with", with.is_null() ? Json::object() : experiment::to_json(with)},
      {"versions", experiment::to_json(context.versions)},
      {"iteration", context.iteration},
      {"result", experiment::mask_document(experiment::to_document(context.result), context.secrets)}};
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Masked before it is split and cut, so that no part of a secret is left over.
std::vector<std::string> error_lines(const base::Completion& completion, const base::Secrets& secrets) {
  std::vector<std::string> lines;
  for (const std::string& line : base::split(secrets.mask(completion.errors), '\n'))
    if (!base::trim(line).empty()) lines.push_back(base::printable(line, 1000));
  return lines;
}

std::string end_of(const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  const std::size_t first = lines.size() - std::min(lines.size(), kLinesOfErrors);
  return "; it said: " + base::join(std::span(lines).subspan(first), " | ");
}

std::string failure_of(const base::Completion& completion) {
  switch (completion.end) {
    case base::Completion::End::stopped:
      return "was stopped before it answered";
    case base::Completion::End::signalled:
      return fmt::format("ended by signal {}", completion.code);
    case base::Completion::End::exited:
      break;
  }
  if (completion.code != 0) return fmt::format("failed with exit code {}", completion.code);
  return completion.output_cut ? fmt::format("answered with more than {} bytes", kAnswerLimit) : "";
}

/// A plugin may read what lies beside it.
std::optional<base::Confinement> confinement_of(const std::filesystem::path& program,
                                                const base::Environment& environment,
                                                const std::filesystem::path& directory) {
  auto confinement = base::Confinement::of(environment, directory);
  if (confinement) confinement->readable.push_back(program.parent_path());
  return confinement;
}

/// Those variables that a program needs to start, and those that hold nothing to hide.
std::vector<std::string> harmless_variables(const base::Environment& environment,
                                            const base::Secrets& secrets) {
  std::vector<std::string> entries;
  for (const std::string& name : environment.names()) {
    const std::string value = environment.get(name).value_or("");
    if (name == "PATH" || (!base::names_secret(name) && secrets.mask(value) == value))
      entries.push_back(name + "=" + value);
  }
  return entries;
}

/// The JSON Schema of the program's `with`; nothing when it has none, which it says by a
/// non-zero exit or no output.
std::optional<Json> ask_for_schema(const std::filesystem::path& program, BuildContext& context) {
  base::SystemClock clock;
  const base::StopTimer timer(clock, {}, kDescribeLimit);
  const base::Command command{.arguments = {program.string(), "--describe"},
                              .environment = harmless_variables(context.environment, context.secrets),
                              .directory = context.directory,
                              .confinement = confinement_of(program, context.environment, context.directory)};
  base::Completion completion;
  try {
    completion = base::run_process(command, timer.token(), std::chrono::milliseconds(200));
  } catch (const base::Error& error) {
    context.problems.error(context.position, error.what());
    return std::nullopt;
  }
  if (completion.end == base::Completion::End::stopped) {
    context.problems.warning(context.position,
                             fmt::format("{} --describe did not end within 5s; options are not checked",
                                         program.filename().string()));
    return std::nullopt;
  }
  if (completion.end != base::Completion::End::exited || completion.code != 0) return std::nullopt;
  if (base::trim(completion.output).empty()) return std::nullopt;
  Json schema = web::parse_foreign_ordered_json(completion.output);
  if (schema.is_object()) return schema;
  context.problems.warning(
      context.position, fmt::format("{} --describe printed no JSON Schema: {}", program.filename().string(),
                                    base::printable(completion.output, 80)));
  return std::nullopt;
}

std::unique_ptr<experiment::Task> build(const std::string& name, const std::filesystem::path& program,
                                        const config::Node& with, BuildContext& context) {
  if (with.kind != config::Node::Kind::map && with.kind != config::Node::Kind::null) {
    config::expected(with, context.problems, "a map");
    return nullptr;
  }
  config::Node options = with;  // nothing given is an empty map to the plugin
  options.kind = config::Node::Kind::map;
  if (options.position.line == 0) options.position = context.position;
  const bool asks = context.descriptions == experiment::Descriptions::asked_for;
  const auto schema = asks ? ask_for_schema(program, context) : std::nullopt;
  if (schema) check_schema(*schema, options, context.problems);
  return std::make_unique<PluginTask>(name, program, config::to_value(options));
}

std::optional<std::filesystem::path> find_program(const std::string& file, const BuildContext& context) {
  for (const char* variable : {"ITER8_TASK_PATH", "PATH"})
    if (context.environment.has(variable))  // an empty path would mean the current directory
      if (auto program = base::find_executable(file, *context.environment.get(variable))) return program;
  if (!context.has_own_plugins) return std::nullopt;
  return base::find_executable((context.directory / file).string(), "");
}

std::string not_found_text(const std::string& file, const BuildContext& context) {
  if (!context.has_own_plugins) return fmt::format("found no executable {} in ITER8_TASK_PATH or PATH", file);
  std::error_code error;
  if (std::filesystem::is_regular_file(context.directory / file, error))
    return fmt::format("{0} beside the experiment is not executable; chmod +x {0}", file);
  return fmt::format("found no executable {} in ITER8_TASK_PATH, PATH or the experiment's folder", file);
}

}  // namespace

experiment::Outcome PluginTask::run(const Context& context) {
  const base::Command command{.arguments = {program_.string()},
                              .environment = context.environment.entries(),
                              .directory = context.directory,
                              .input = request_text(name_, with_, context),
                              .confinement = confinement_of(program_, context.environment, context.directory),
                              .output_limit = kAnswerLimit};
  const base::Completion completion = base::run_process(command, context.stop);
  const std::vector<std::string> errors = error_lines(completion, context.secrets);
  for (const std::string& line : errors) context.log.info(std::string(kPrefix) + name_ + ": " + line);

  const std::string program = program_.filename().string();
  const std::string failure = failure_of(completion);
  if (!failure.empty()) throw base::Error(program + " " + failure + end_of(errors));
  try {
    return parse_answer(completion.output, name_, context.result.versions);
  } catch (const base::Error& error) {
    throw base::Error(program + ": " + context.secrets.mask(error.what()) + end_of(errors));
  }
}

std::vector<std::string> PluginTask::plan(const std::vector<experiment::Version>&) const {
  return {program_.string() + " with " + experiment::to_json(with_).dump()};
}

std::optional<experiment::TaskKind> find_plugin(std::string_view name, BuildContext& context) {
  if (!name.starts_with(kPrefix)) return std::nullopt;
  const std::string plugin(name.substr(kPrefix.size()));
  if (!is_plugin_name(plugin)) return std::nullopt;

  const std::string file = "iter8-task-" + plugin;
  const std::optional<std::filesystem::path> program = find_program(file, context);
  experiment::TaskKind kind{.name = std::string(name), .summary = "Plugin " + file};
  kind.build = [plugin, program, file, name_position = context.position](
                   const config::Node& with,
                   BuildContext& build_context) -> std::unique_ptr<experiment::Task> {
    if (program) return build(plugin, std::filesystem::absolute(*program), with, build_context);
    build_context.problems.error(name_position, not_found_text(file, build_context));
    return nullptr;
  };
  return kind;
}

}  // namespace iter8::tasks::plugin
