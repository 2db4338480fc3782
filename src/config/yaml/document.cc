#include "config/yaml/document.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "base/text.h"
#include "base/utf8.h"
#include "config/yaml/document_builder.h"
#include "config/yaml/placeholder_escape.h"

namespace iter8::config {
namespace {

/// What yaml-cpp's shorter messages mean for someone who wrote the file.
constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kExplanations = {{
    {"end of map not found",
     "this line does not belong to the map above: its indentation differs or a ':' is missing"},
    {"end of sequence not found",
     "this line does not belong to the list above: its indentation or its '-' differs"},
    {"end of map flow not found", "expected ',' or '}' in the map that '{' opened"},
    {"end of sequence flow not found", "expected ',' or ']' in the list that '[' opened"},
    {"illegal map value",
     "a ':' cannot stand here: text that holds ': ' must stand in quotes, and the keys of one map "
     "must begin in the same column"},
    {"illegal block entry", "a '-' cannot stand here; the items of a list must begin in the same column"},
    {"illegal EOF in scalar", "the quote that opens here is never closed"},
    {"unknown token", "this character cannot begin a value; put the text in quotes"},
    {"the referenced anchor is not defined", "no anchor with this name precedes the alias"},
    {"bad file", "the nesting is too deep"},
    {"unexpected character in block scalar", "expected the end of the line behind | or >"},
}};

std::string_view line_at(std::string_view yaml, std::size_t offset) {
  const std::size_t end = std::min(offset, yaml.size());
  const std::size_t newline = yaml.substr(0, end).rfind('\n');
  const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
  return yaml.substr(begin, yaml.find('\n', begin) - begin);
}

std::string explanation_of(std::string_view yaml, const YAML::ParserException& error) {
  if (error.mark.pos >= 0) {
    const std::string_view line = line_at(yaml, static_cast<std::size_t>(error.mark.pos));
    const std::string_view indentation = line.substr(0, std::min(line.find_first_not_of(" \t"), line.size()));
    if (indentation.find('\t') != std::string_view::npos)
      return "the line is indented with a tab; use spaces";
  }
  const auto known = std::find_if(kExplanations.begin(), kExplanations.end(),
                                  [&error](const auto& entry) { return entry.first == error.msg; });
  return known == kExplanations.end() ? "not valid YAML: " + error.msg : std::string(known->second);
}

bool is_text_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7F) || c == '\t' || c == '\n' || c == '\r';
}

/// The offset of the first byte that does not belong to a UTF-8 character; the size when all do.
std::size_t first_bad_byte(std::string_view text) {
  constexpr std::size_t longest = 4;
  std::size_t offset = 0;
  while (offset < text.size()) {
    std::size_t length = 1;
    while (length <= longest && !base::is_utf8(text.substr(offset, length))) ++length;
    if (length > longest) return offset;
    offset += std::min(length, text.size() - offset);
  }
  return text.size();
}

/// Whether `yaml` is text at all, and of a size that is read; reports when it is not.
bool is_readable(std::string_view yaml, Problems& problems, const DocumentLimits& limits) {
  if (yaml.size() > limits.bytes) {
    problems.error({}, fmt::format("the file has {} bytes; at most {} are read", yaml.size(), limits.bytes));
    return false;
  }
  const auto control = std::find_if_not(yaml.begin(), yaml.end(), is_text_character);
  auto offset = static_cast<std::size_t>(control - yaml.begin());
  if (control == yaml.end() && !base::is_utf8(yaml)) offset = first_bad_byte(yaml);
  if (offset == yaml.size()) return true;
  problems.error(position_in({1, 1}, yaml, offset),
                 fmt::format("byte 0x{:02X} cannot stand in a text file (UTF-8)",
                             static_cast<unsigned char>(yaml[offset])));
  return false;
}

/// Runs the parser over the first document and looks for a second one.
void build(std::string_view yaml, DocumentBuilder& builder) {
  std::istringstream stream(escape_placeholders(yaml));
  YAML::Parser parser(stream);
  if (parser.HandleNextDocument(builder)) parser.HandleNextDocument(builder);
}

}  // namespace

std::optional<Node> parse_document(std::string_view yaml, Problems& problems, const DocumentLimits& limits) {
  if (yaml.starts_with(base::kByteOrderMark)) yaml.remove_prefix(base::kByteOrderMark.size());
  if (!is_readable(yaml, problems, limits)) return std::nullopt;

  const std::size_t before = problems.all().size();
  DocumentBuilder builder(yaml, limits, problems);
  try {
    build(yaml, builder);
  } catch (const UnreadableDocument& end) {
    problems.error(end.position, end.message);
    return std::nullopt;
  } catch (const YAML::ParserException& error) {
    problems.error(builder.position(error.mark), explanation_of(yaml, error));
    return std::nullopt;
  }

  if (builder.root().kind == Node::Kind::null) {
    problems.error({1, 1}, "the file is empty");
    return std::nullopt;
  }
  if (problems.has_errors_since(before)) return std::nullopt;
  return std::move(builder.root());
}

}  // namespace iter8::config
