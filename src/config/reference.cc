#include "config/reference.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace iter8::config {
namespace {

constexpr std::size_t kFileLimit = 1024 * 1024;
/// Of all scalars of a file together, so that many references to one large variable do not fill the memory.
constexpr std::size_t kTextLimit = 64 * 1024 * 1024;
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

/// One walk over a tree.
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
  /// What stands between ${ and }.
  struct Reference {
    std::string_view name;
    std::optional<std::string_view> fallback;
    Position position;
    bool below_secret = false;
  };

  void expand_scalar(Node& node, std::string_view key, bool below_secret) {
    if (node.text.find('$') == std::string::npos) return remember_literal(node, key);
    const std::string_view text = node.text;
    std::string result;
    std::size_t at = 0;
    while (at < text.size()) {
      const std::string_view rest = text.substr(at);
      if (rest.starts_with("{{")) {
        const std::size_t length = std::min(rest.find("}}"), rest.size());
        result += rest.substr(0, length);
        at += length;
      } else if (rest.starts_with("$$")) {
        result += '$';
        at += 2;
      } else if (rest.starts_with("${")) {
        const Position position = position_in(node.text_position, text, at);
        const std::size_t end = rest.find('}');
        if (end == std::string_view::npos) {
          problems_.error(position, "'${' without its '}'; write $$ for a dollar sign");
          return;
        }
        result += value_of(parsed(rest.substr(2, end - 2), position, below_secret));
        if (!within_limit(result.size(), position)) return;
        at += end + 1;
      } else {
        result += rest.front();
        ++at;
      }
    }
    bytes_ += result.size();
    node.text = std::move(result);
  }

  static Reference parsed(std::string_view inside, Position position, bool below_secret) {
    Reference reference{.name = inside, .fallback = {}, .position = position, .below_secret = below_secret};
    const std::size_t separator = inside.find(":-");
    if (separator == std::string_view::npos) return reference;
    reference.name = inside.substr(0, separator);
    reference.fallback = inside.substr(separator + 2);
    return reference;
  }

  std::string value_of(const Reference& reference) {
    const bool is_file = reference.name.starts_with("file:");
    const std::optional<std::string> value = is_file ? of_file(reference) : of_variable(reference);
    if (!value) return {};
    if (!base::is_utf8(*value) || value->find('\0') != std::string::npos) {
      problems_.error(reference.position,
                      fmt::format("{} is not text (UTF-8)", base::printable(reference.name)));
      return {};
    }
    if (reference.below_secret || base::names_secret(reference.name)) secrets_.add(*value);
    return *value;
  }

  std::optional<std::string> of_file(const Reference& reference) {
    const std::string_view path = reference.name.substr(std::string_view("file:").size());
    try {
      std::string content = base::read_file(sources_.directory / path, kFileLimit);
      // As $(cat file) does: the newline at the end of a secret's file is not part of the secret.
      content.erase(content.find_last_not_of("\r\n") + 1);
      return content;
    } catch (const base::Error& error) {
      if (reference.fallback) return std::string(*reference.fallback);
      problems_.error(reference.position, error.what());
      return std::nullopt;
    }
  }

  std::optional<std::string> of_variable(const Reference& reference) {
    const std::string name(reference.name);
    if (!is_variable_name(name)) {
      problems_.error(
          reference.position,
          fmt::format("expected ${{NAME}}, ${{NAME:-default}} or ${{file:path}}, found '${{{}}}'; write $$ "
                      "for a dollar sign",
                      base::printable(name, 60)));
      return std::nullopt;
    }
    const auto value = sources_.environment.get(name);
    // As in a shell, the fallback stands in for an empty variable too.
    if (reference.fallback && (!value || value->empty())) return std::string(*reference.fallback);
    if (!value)
      problems_.error(reference.position, fmt::format("environment variable '{}' is not set{}", name,
                                                      base::suggestion(name, sources_.environment.names())));
    return value;
  }

  /// A secret that stands in the file itself; also without the scheme of an Authorization header.
  void remember_literal(const Node& node, std::string_view key) {
    if (!holds_literal_secret(key) || node.text.size() < kShortestLiteral) return;
    if (node.text.find("{{") != std::string::npos || !(node.quoted || plain_scalar(node.text).text())) return;
    secrets_.add(node.text);
    const std::size_t space = node.text.find(' ');
    if (space != std::string::npos) secrets_.add(std::string_view(node.text).substr(space + 1));
  }

  bool within_limit(std::size_t bytes, Position position) {
    if (over_limit_ || bytes_ + bytes <= kTextLimit) return !over_limit_;
    over_limit_ = true;
    problems_.error(position, fmt::format("more than {} bytes of text after ${{…}} is replaced", kTextLimit));
    return false;
  }

  const ReferenceSources& sources_;
  base::Secrets& secrets_;
  Problems& problems_;
  std::size_t bytes_ = 0;
  bool over_limit_ = false;
};

}  // namespace

void expand_references(Node& node, const ReferenceSources& sources, base::Secrets& secrets,
                       Problems& problems) {
  Expander(sources, secrets, problems).expand(node, {}, false);
}

}  // namespace iter8::config
