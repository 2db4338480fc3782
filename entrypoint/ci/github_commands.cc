#include "entrypoint/ci/github_commands.h"

#include <cstdint>
#include <random>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace iter8::ci {

using summary::Remark;

namespace {

constexpr std::size_t kMostAnnotations = 10;      // of one type, of one step
constexpr std::size_t kLongestAnnotation = 4000;  // bytes; 4096 characters is where the runner cuts

/// Text inside a workflow command: the runner undoes exactly these escapes, more of them in a property.
std::string escaped_data(std::string text) {
  text = base::replace_all(std::move(text), "%", "%25");
  text = base::replace_all(std::move(text), "\r", "%0D");
  return base::replace_all(std::move(text), "\n", "%0A");
}

std::string escaped_property(std::string text) {
  text = base::replace_all(escaped_data(std::move(text)), ":", "%3A");
  return base::replace_all(std::move(text), ",", "%2C");
}

std::string annotation(std::string_view type, const Remark& remark, const std::string& file) {
  std::string properties = "file=" + escaped_property(base::printable(file, kLongestAnnotation));
  if (remark.line > 0) properties += fmt::format(",line={}", remark.line);
  if (remark.line > 0 && remark.column > 0) properties += fmt::format(",col={}", remark.column);
  return fmt::format("::{} {},title=iter8::{}\n", type, properties,
                     escaped_data(base::printable(remark.text(), kLongestAnnotation)));
}

std::string annotations_of(Remark::Level level, std::string_view type, const std::vector<Remark>& remarks,
                           const std::string& file) {
  std::vector<Remark> shown;
  for (const Remark& remark : remarks)
    if (remark.level == level) shown.push_back(remark);
  if (shown.size() > kMostAnnotations) {
    const std::size_t rest = shown.size() - kMostAnnotations + 1;
    shown.resize(kMostAnnotations);
    shown.back() = {.subject = {}, .message = fmt::format("{} more, listed in the summary of the job", rest)};
  }
  std::string text;
  for (const Remark& remark : shown) text += annotation(type, remark, file);
  return text;
}

}  // namespace

std::string random_token() {
  std::random_device source;
  std::string token = "iter8_";
  for (int i = 0; i < 4; ++i) token += fmt::format("{:08x}", static_cast<std::uint32_t>(source()));
  return token;
}

std::string github_output_text(const report::Outputs& outputs, std::string_view delimiter) {
  std::string text;
  for (const auto& [name, value] : outputs) {
    if (value.find(delimiter) != std::string::npos || name.find(delimiter) != std::string::npos)
      throw base::Error(fmt::format("the output {} holds the delimiter of the outputs file", name));
    text += fmt::format("{}<<{}\n{}\n{}\n", name, delimiter, value, delimiter);
  }
  return text;
}

std::string github_annotations(const std::vector<Remark>& remarks, const std::string& file) {
  return annotations_of(Remark::Level::error, "error", remarks, file) +
         annotations_of(Remark::Level::warning, "warning", remarks, file);
}

std::vector<std::string> github_masks(const base::Secrets& secrets) {
  std::vector<std::string> lines;
  for (const std::string& value : secrets.values())
    lines.push_back("::add-mask::" + escaped_data(value) + "\n");
  return lines;
}

std::string github_group(std::string_view title) {
  return "::group::" + escaped_data(base::printable(title)) + "\n";
}

std::string github_pause(std::string_view token) {
  return fmt::format("::stop-commands::{}\n", token);
}

std::string github_resume(std::string_view token) {
  return fmt::format("::{}::\n", token);
}

}  // namespace iter8::ci
