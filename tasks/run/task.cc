#include "tasks/run/task.h"

#include <filesystem>

#include <fmt/format.h>

#include "base/error.h"
#include "base/process.h"
#include "base/text.h"
#include "config/options/codec.h"
#include "experiment/result/value_document.h"
#include "tasks/run/live_output.h"

namespace iter8::tasks::run {

namespace {

using experiment::Context;
using Json = nlohmann::ordered_json;

constexpr const char* kShell = "/bin/bash";
constexpr std::size_t kLongestLine = 4000;
constexpr std::size_t kOutputLimit = 1024 * 1024;
constexpr std::size_t kLinesInMessage = 5;

base::Command command_for(const std::string& script, const Context& context) {
  base::Environment environment = context.environment;
  const auto result_file = std::filesystem::absolute(context.result_file);
  environment.set("ITER8_RESULT", result_file.string());
  environment.set("ITER8_VERSIONS",
                  experiment::to_json(context.versions).dump(-1, ' ', false, Json::error_handler_t::replace));
  environment.set("ITER8_ITERATION", std::to_string(context.iteration));
  environment.set("TEMP_DIR", environment.get("TMPDIR").value_or("/tmp"));
  auto confinement = base::Confinement::of(context.environment, context.directory);
  if (confinement) confinement->readable.push_back(result_file);
  return {.arguments = {kShell, "-c", script},
          .environment = environment.entries(),
          .directory = context.directory,
          .confinement = std::move(confinement),
          .output_limit = kOutputLimit};
}

/// A stream without the line that its limit cut the beginning off: that could begin within a secret.
std::string_view whole_lines(std::string_view stream) {
  if (stream.size() < kOutputLimit) return stream;
  const std::size_t end = stream.find('\n');
  return end == std::string_view::npos ? "(one line that is too long)" : stream.substr(end + 1);
}

/// The lines of both streams, masked before they are cut or split, which could leave half of a secret.
std::vector<std::string> lines_of(const base::Completion& completion, const base::Secrets& secrets) {
  std::vector<std::string> lines;
  for (const std::string& stream : {completion.output, completion.errors})
    for (const std::string& line : base::split(secrets.mask(whole_lines(stream)), '\n'))
      if (!base::trim(line).empty()) lines.push_back(base::printable(line, kLongestLine));
  return lines;
}

std::string end_of(const std::vector<std::string>& lines) {
  if (lines.empty()) return "no output";
  const std::size_t first = lines.size() - std::min(lines.size(), kLinesInMessage);
  return base::join(std::span(lines).subspan(first), " | ");
}

std::unique_ptr<experiment::Task> build(const config::Node& script, experiment::BuildContext& context) {
  if (script.kind != config::Node::Kind::scalar || base::trim(script.text).empty()) {
    config::expected(script, context.problems, "a shell script");
    return nullptr;
  }
  if (!std::filesystem::exists(kShell)) {
    context.problems.error(context.position, fmt::format("run: needs {}, which is not installed", kShell));
    return nullptr;
  }
  return std::make_unique<RunTask>(script.text);
}

}  // namespace

experiment::Outcome RunTask::run(const Context& context) {
  LiveOutput live(context.secrets, [&context](const std::string& line) { context.log.info(line); });
  base::Command command = command_for(script_, context);
  command.on_output = [&live](base::OutputStream stream, std::string_view piece) { live.add(stream, piece); };
  const base::Completion completion = base::run_process(command, context.stop);
  live.finish();
  const std::vector<std::string> lines = lines_of(completion, context.secrets);
  const bool is_good = completion.end == base::Completion::End::exited && completion.code == 0;
  const bool was_shown = context.log.enabled(base::LogLevel::info);
  if (!is_good && !was_shown)
    for (const std::string& line : lines) context.log.error(line);
  if (is_good) return {.message = "exit code 0"};

  switch (completion.end) {
    case base::Completion::End::stopped:
      throw base::Error("script was stopped");
    case base::Completion::End::signalled:
      throw base::Error(fmt::format("script ended by signal {}: {}", completion.code, end_of(lines)));
    case base::Completion::End::exited:
      break;
  }
  throw base::Error(fmt::format("script failed with exit code {}: {}", completion.code, end_of(lines)));
}

std::vector<std::string> RunTask::plan(const std::vector<experiment::Version>&) const {
  std::vector<std::string> lines = {std::string(kShell) + " -c"};
  for (const std::string& line : base::split(base::trim(script_), '\n'))
    lines.push_back("  " + base::printable(line, kLongestLine));
  return lines;
}

experiment::TaskKind run_kind() {
  return {.name = "run",
          .summary = "Runs a shell script with the experiment's data in its environment",
          .options = {.type = config::Schema::Type::text},
          .build = build};
}

}  // namespace iter8::tasks::run
