#include "entrypoint/ci/github.h"

#include <ostream>

#include "entrypoint/ci/github_commands.h"
#include "entrypoint/ci/github_summary.h"
#include "entrypoint/ci/paths.h"

namespace iter8::ci {
namespace {

bool is_action(const base::Environment& environment) {
  return environment.get("INPUT_EXPERIMENT").has_value();
}

std::string artifacts_link(const base::Environment& environment) {
  for (const char* name : {"GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID"})
    if (!environment.has(name)) return {};
  return *environment.get("GITHUB_SERVER_URL") + "/" + *environment.get("GITHUB_REPOSITORY") +
         "/actions/runs/" + *environment.get("GITHUB_RUN_ID") + "#artifacts";
}

}  // namespace

GitHub::GitHub(const base::Environment& environment)
    : environment_(environment),
      root_(environment.has("GITHUB_WORKSPACE") ? *environment.get("GITHUB_WORKSPACE")
                                                : std::filesystem::current_path().string()),
      start_(base::SystemClock().wall()),
      token_(random_token()) {}

Inputs GitHub::inputs() const {
  return read_inputs(environment_, is_action(environment_) ? Spelling::github : Spelling::plain);
}

/// The checkout belongs to another user than the container's, which git refuses to work in. Told by
/// variables: the home directory is shared with other steps and is not ours to write to.
void GitHub::add_variables(base::Environment& environment) const {
  if (environment.has("GIT_CONFIG_COUNT")) return;
  environment.set("GIT_CONFIG_COUNT", "1");
  environment.set("GIT_CONFIG_KEY_0", "safe.directory");
  environment.set("GIT_CONFIG_VALUE_0", root_.string());
}

std::string GitHub::greeting(const base::Secrets& secrets) {
  return new_masks(secrets);
}

std::string GitHub::new_masks(const base::Secrets& secrets) {
  std::string text;
  for (const std::string& line : github_masks(secrets))
    if (masked_.insert(line).second) text += line;
  return text;
}

std::string GitHub::foreign_begin() {
  return github_pause(token_);
}

std::string GitHub::foreign_end() {
  return github_resume(token_);
}

std::string GitHub::section_begin(std::size_t /*number*/, std::string_view title) {
  return github_group(title);
}

std::string GitHub::section_end(std::size_t /*number*/) {
  return "::endgroup::\n";
}

void GitHub::publish(const Ending& ending, std::ostream& out) {
  const Inputs wanted = inputs();
  if (const auto file = environment_.get("GITHUB_OUTPUT"); file && !file->empty()) {
    report::Outputs outputs = report::outputs_of(ending.result);
    outputs.emplace_back("result", path_from(root_, ending.result_file));
    outputs.emplace_back("report", path_from(root_, ending.html_file));
    append_to_file(*file, github_output_text(outputs, random_token()));
  }
  if (const auto file = environment_.get("GITHUB_STEP_SUMMARY"); wanted.summary && file && !file->empty())
    append_to_file(*file, step_summary(ending.result, ending.findings, artifacts_link(environment_)));

  // Tasks may have derived secrets of their own; later steps must not show them either.
  out << new_masks(ending.secrets);
  if (wanted.annotations) out << github_annotations(summary::remarks(ending.result), ending.result.file);
  give_new_files_to_owner(root_, start_);
}

}  // namespace iter8::ci
