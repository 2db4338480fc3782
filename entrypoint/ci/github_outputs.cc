#include "entrypoint/ci/github_outputs.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <random>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "report/view.h"

namespace iter8::ci {
namespace {

constexpr std::size_t kMostAnnotations = 10;  // of one type, of one step, that GitHub keeps

std::string name_of(const experiment::Result& result, std::size_t version) {
  return version < result.versions.size() ? result.versions[version] : std::to_string(version);
}

std::string_view verdict_of(const experiment::Result& result) {
  if (result.failure || !result.interrupted.empty() || !result.completed()) return "error";
  return to_text(result.assessment ? result.assessment->verdict : experiment::Verdict::skipped);
}

/// Text inside a workflow command: the runner undoes exactly these escapes, more of them in a property.
std::string escaped_data(std::string text) {
  text = base::replace_all(text, "%", "%25");
  text = base::replace_all(text, "\r", "%0D");
  return base::replace_all(text, "\n", "%0A");
}

std::string escaped_property(std::string text) {
  text = base::replace_all(escaped_data(std::move(text)), ":", "%3A");
  return base::replace_all(text, ",", "%2C");
}

}  // namespace

Outputs outputs_of(const experiment::Result& result, std::string_view result_path,
                   std::string_view report_path) {
  std::string winner;
  std::string recommended;
  if (result.assessment && result.assessment->winner) {
    const experiment::Winner& found = *result.assessment->winner;
    if (found.found && found.version) winner = name_of(result, *found.version);
    recommended = name_of(result, found.recommended);
  }
  return {{"verdict", std::string(verdict_of(result))},
          {"completed", result.completed() ? "true" : "false"},
          {"slos", slos_satisfied(result) ? "true" : "false"},
          {"winner", winner},
          {"recommended", recommended},
          {"result", std::string(result_path)},
          {"report", std::string(report_path)}};
}

std::string github_output_text(const Outputs& outputs, std::string_view delimiter) {
  std::string text;
  for (const auto& [name, value] : outputs) {
    if (value.find(delimiter) != std::string::npos) {
      throw base::Error(fmt::format("the output {} holds the delimiter of the outputs file", name));
    }
    text += fmt::format("{}<<{}\n{}\n{}\n", name, delimiter, value, delimiter);
  }
  return text;
}

std::string random_delimiter() {
  std::random_device source;
  std::string delimiter = "iter8_";
  for (int i = 0; i < 4; ++i) delimiter += fmt::format("{:08x}", static_cast<std::uint32_t>(source()));
  return delimiter;
}

std::string github_annotations(const experiment::Result& result) {
  std::vector<std::string> messages = report::failures(result);
  const std::vector<std::string> objections = report::objections(result);
  messages.insert(messages.end(), objections.begin(), objections.end());
  messages.resize(std::min(messages.size(), kMostAnnotations));
  std::string text;
  for (const std::string& message : messages) {
    text += fmt::format("::error file={},title=iter8::{}\n", escaped_property(result.file),
                        escaped_data(message));
  }
  return text;
}

void append_to_file(const std::filesystem::path& path, std::string_view text) {
  std::ofstream file(path, std::ios::app | std::ios::binary);
  file << text << std::flush;
  if (!file) throw base::Error(fmt::format("{}: cannot be written", path.string()));
}

}  // namespace iter8::ci
