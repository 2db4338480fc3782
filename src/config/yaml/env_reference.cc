#include "config/yaml/env_reference.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "base/utf8.h"

namespace iter8::config {
namespace {

constexpr std::size_t kFileLimit = 1024 * 1024;
/// Of all scalars of a file together, so that many references to one large variable do not fill the memory.
constexpr std::size_t kTextLimit = 64 * 1024 * 1024;
/// More problems than this are one problem, and finding the nearest name of each takes time.
constexpr std::size_t kReportLimit = 100;
/// A literal secret that is shorter is more likely a name, and hiding it would garble the output.
constexpr std::size_t kShortestLiteral = 8;

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_variable_name(std::string_view name) {
  return !name.empty() && is_name_start(name.front()) && std::all_of(name.begin(), name.end(), [](char c) {
    return is_name_start(c) || (c >= '0' && c <= '9');
  });
}

/// Whether text written in the file under this key is surely a secret. Narrower than base::names_secret: a
/// literal below `key` or `webhook` is rarely one.
bool holds_literal_secret(std::string_view key) {
  std::string letters = base::lower(key);
  std::erase_if(letters, [](char c) { return c == '-' || c == '_' || c == '.'; });
  for (const std::string_view ending :
       {"token", "password", "authorization", "apikey", "secretkey", "clientsecret"})
    if (letters.ends_with(ending)) return true;
  return false;
}

/// One walk over a tree. Every reference is looked up once, however often it stands in the file.
class Expander {
 public:
  Expander(const ReferenceSources& sources, base::Secrets& secrets, Problems& problems)
      : sources_(sources), secrets_(secrets), problems_(problems) {}

  void expand(Node& node, std::string_view key, bool below_secret) {
    if (node.kind == Node::Kind::scalar) expand_scalar(node, key, below_secret);
    for (Node& item : node.items) expand(item, key, below_secret);
    for (Node::Entry& entry : node.entries)
      if (entry.key != "run") expand(entry.value, entry.key, below_secret || base::names_secret(entry.key));
  }

 private:
  /// What a reference stands for, or why it stands for nothing.
  struct Resolution {
    std::string value;
    std::string problem;
    bool hidden = false;
  };

  void expand_scalar(Node& node, std::string_view key, bool below_secret) {
    if (node.text.find('$') == std::string::npos) return remember_literal(node, key);
    const std::string_view text = node.text;
    std::string result;
    std::size_t at = 0;
    while (at < text.size() && reported_ < kReportLimit) {
      const std::string_view rest = text.substr(at);
      std::size_t length = 1;
      if (rest.starts_with("{{")) {
        length = std::min(rest.find("}}"), rest.size());
        result += rest.substr(0, length);
      } else if (rest.starts_with("${")) {
        length = std::min(rest.find('}'), rest.size() - 1) + 1;
        const Resolution found = resolve(rest.substr(0, length), below_secret);
        const bool fits = bytes_ + result.size() + found.value.size() <= kTextLimit;
        if (!found.problem.empty()) report(node, at, found.problem);
        if (!fits)
          return report(node, at,
                        fmt::format("more than {} bytes of text after ${{…}} is replaced", kTextLimit));
        result += found.value;
      } else {
        result += rest.front();
        length = rest.starts_with("$$") ? 2 : 1;
      }
      at += length;
    }
    bytes_ += result.size();
    node.text = std::move(result);
  }

  void report(const Node& node, std::size_t offset, const std::string& message) {
    problems_.error(position_in(node.text_position, node.text, offset), message);
    ++reported_;
  }

  /// `written` begins with ${ and should end with }.
  const Resolution& resolve(std::string_view written, bool below_secret) {
    auto known = resolutions_.find(written);
    if (known == resolutions_.end()) known = resolutions_.emplace(written, looked_up(written)).first;
    Resolution& resolution = known->second;
    if (below_secret && !resolution.hidden) secrets_.add(resolution.value);
    resolution.hidden = resolution.hidden || below_secret;
    return resolution;
  }

  Resolution looked_up(std::string_view written) {
    if (!written.ends_with('}'))
      return {.value = {}, .problem = "'${' without its '}'; write $$ for a dollar sign"};
    const std::string_view inside = written.substr(2, written.size() - 3);
    const std::size_t separator = inside.find(":-");
    const std::string name(inside.substr(0, separator));
    std::optional<std::string> fallback;
    if (separator != std::string_view::npos) fallback = inside.substr(separator + 2);

    Resolution result = name.starts_with("file:") ? of_file(name, fallback) : of_variable(name, fallback);
    if (!base::is_utf8(result.value) || result.value.find('\0') != std::string::npos)
      return {.value = {}, .problem = fmt::format("{} is not text (UTF-8)", base::printable(name))};
    result.hidden = base::names_secret(name);
    if (result.hidden) secrets_.add(result.value);
    return result;
  }

  Resolution of_file(std::string_view name, const std::optional<std::string>& fallback) const {
    try {
      const std::string_view path = name.substr(std::string_view("file:").size());
      std::string content = base::read_file(sources_.directory / path, kFileLimit);
      // As $(cat file) does: the newline at the end of a secret's file is not part of the secret.
      content.erase(content.find_last_not_of("\r\n") + 1);
      return {.value = std::move(content), .problem = {}};
    } catch (const base::Error& error) {
      if (fallback) return {.value = *fallback, .problem = {}};
      return {.value = {}, .problem = error.what()};
    }
  }

  Resolution of_variable(const std::string& name, const std::optional<std::string>& fallback) const {
    if (!is_variable_name(name))
      return {.value = {},
              .problem = fmt::format(
                  "expected ${{NAME}}, ${{NAME:-default}} or ${{file:path}}, found '${{{}}}'; write $$ "
                  "for a dollar sign",
                  base::printable(name, 60))};
    const auto value = sources_.environment.get(name);
    // As in a shell, the fallback stands in for an empty variable too.
    if (fallback && (!value || value->empty())) return {.value = *fallback, .problem = {}};
    if (value) return {.value = *value, .problem = {}};
    return {.value = {},
            .problem = fmt::format("environment variable '{}' is not set{}", name,
                                   base::suggestion(name, sources_.environment.names()))};
  }

  /// A secret that stands in the file itself; also without the scheme of an Authorization header.
  void remember_literal(const Node& node, std::string_view key) {
    if (!holds_literal_secret(key) || node.text.size() < kShortestLiteral) return;
    if (node.text.find("{{") != std::string::npos || !(node.quoted || plain_scalar(node.text).text())) return;
    secrets_.add(node.text);
    const std::size_t space = node.text.find(' ');
    if (space != std::string::npos) secrets_.add(std::string_view(node.text).substr(space + 1));
  }

  const ReferenceSources& sources_;
  base::Secrets& secrets_;
  Problems& problems_;
  std::map<std::string, Resolution, std::less<>> resolutions_;
  std::size_t bytes_ = 0;
  std::size_t reported_ = 0;
};

}  // namespace

void expand_references(Node& node, const ReferenceSources& sources, base::Secrets& secrets,
                       Problems& problems) {
  Expander(sources, secrets, problems).expand(node, {}, false);
}

}  // namespace iter8::config
