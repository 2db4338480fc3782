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
/// Defaults within defaults: more is a mistake, and must not exhaust the stack.
constexpr int kDeepestDefault = 10;
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
  for (const std::string_view ending : {"token", "password", "passphrase", "authorization", "apikey",
                                        "secretkey", "subscriptionkey", "secret"})
    if (letters.ends_with(ending)) return true;
  return false;
}

/// Whether a text ends where the value of such a key begins: `?token=`, `{"password": "`.
bool ends_before_secret(std::string_view text) {
  constexpr std::size_t longest = 100;
  text = text.substr(text.size() - std::min(text.size(), longest));
  const auto drop = [&text](std::string_view characters) {
    text = text.substr(0, text.find_last_not_of(characters) + 1);
  };
  drop("\"' ");
  if (text.empty() || (text.back() != ':' && text.back() != '=')) return false;
  text.remove_suffix(1);
  drop("\"' ");
  const auto end_of_rest = std::find_if_not(text.rbegin(), text.rend(), [](char c) {
    return is_name_start(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
  return holds_literal_secret(text.substr(static_cast<std::size_t>(text.rend() - end_of_rest)));
}

/// `auth` is a map of its own, whose user may be known.
bool key_names_secret(std::string_view key) {
  return key != "auth" && base::names_secret(key);
}

/// Where the first reference of a default begins; npos without one. $${ is a dollar and a brace.
std::size_t reference_in(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at).starts_with("$$"))
      ++at;
    else if (text.substr(at).starts_with("${"))
      return at;
  }
  return std::string_view::npos;
}

/// Length of the reference that `text` begins with, up to the } that closes it; all of the text without one.
std::size_t reference_length(std::string_view text) {
  int open = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at).starts_with("$$"))
      ++at;
    else if (text.substr(at).starts_with("${"))
      ++open;
    else if (text[at] == '}' && --open == 0)
      return at + 1;
  }
  return text.size();
}

/// One walk over a tree. Every reference is looked up once, however often it stands in the file.
class Expander {
 public:
  Expander(const ReferenceSources& sources, base::Secrets& secrets, Problems& problems)
      : sources_(sources), secrets_(secrets), problems_(problems) {}

  void expand(Node& node, std::string_view key, bool below_secret) {
    if (node.kind == Node::Kind::scalar) {
      expand_scalar(node, key, below_secret);
      secrets_.add_user_infos(node.text);
    }
    for (Node& item : node.items) expand(item, key, below_secret);
    for (Node::Entry& entry : node.entries)
      if (entry.key != "run") expand(entry.value, entry.key, below_secret || key_names_secret(entry.key));
  }

 private:
  /// What a reference stands for, or why it stands for nothing.
  struct Resolution {
    std::string value;
    std::string problem;
    bool hidden = false;
    bool is_outside = false;  // a part of the value comes from a variable or file
  };

  void expand_scalar(Node& node, std::string_view key, bool below_secret) {
    if (node.text.find('$') == std::string::npos) return remember_literal(node, key);
    const std::string_view text = node.text;
    std::string result;
    bool is_outside = false;
    std::size_t at = 0;
    while (at < text.size() && reported_ < kReportLimit) {
      const std::string_view rest = text.substr(at);
      std::size_t length = 1;
      if (rest.starts_with("{{")) {
        length = std::min(rest.find("}}"), rest.size());
        result += rest.substr(0, length);
      } else if (rest.starts_with("${")) {
        length = reference_length(rest);
        const bool is_secret = below_secret || ends_before_secret(result);
        const Resolution found = resolve(rest.substr(0, length), is_secret);
        const bool fits = bytes_ + result.size() + found.value.size() <= kTextLimit;
        if (!found.problem.empty()) report(node, at, found.problem);
        if (!fits)
          return report(node, at,
                        fmt::format("more than {} bytes of text after ${{…}} is replaced", kTextLimit));
        result += found.value;
        is_outside = is_outside || found.is_outside;
      } else {
        result += rest.front();
        length = rest.starts_with("$$") ? 2 : 1;
      }
      at += length;
    }
    bytes_ += result.size();
    if (is_outside) node.reference = node.text;
    node.text = std::move(result);
  }

  void report(const Node& node, std::size_t offset, const std::string& message) {
    problems_.error(position_in(node.text_position, node.text, offset), message);
    ++reported_;
  }

  /// `written` begins with ${ and should end with }.
  const Resolution& resolve(std::string_view written, bool below_secret) {
    auto known = resolutions_.find(written);
    if (known == resolutions_.end()) known = resolutions_.emplace(written, looked_up(written, 0)).first;
    Resolution& resolution = known->second;
    if (below_secret && !resolution.hidden) secrets_.add(resolution.value);
    resolution.hidden = resolution.hidden || below_secret;
    return resolution;
  }

  /// `depth` counts the defaults that the reference stands in.
  Resolution looked_up(std::string_view written, int depth) {
    if (!written.ends_with('}'))
      return {.value = {}, .problem = "'${' without its '}'; write $$ for a dollar sign"};
    const std::string_view inside = written.substr(2, written.size() - 3);
    const std::size_t separator = inside.find(":-");
    const std::string name(inside.substr(0, separator));
    std::optional<std::string_view> fallback;
    if (separator != std::string_view::npos) fallback = inside.substr(separator + 2);

    Resolution result =
        name.starts_with("file:") ? of_file(name, fallback, depth) : of_variable(name, fallback, depth);
    if (!base::is_utf8(result.value) || result.value.find('\0') != std::string::npos)
      return {.value = {}, .problem = fmt::format("{} is not text (UTF-8)", base::printable(name))};
    result.hidden = result.hidden || base::names_secret(name);
    if (result.hidden) secrets_.add(result.value);
    if (result.is_outside) problems_.add_outside(result.value, std::string(written));
    return result;
  }

  /// A default that is needed, with the references that it holds itself.
  Resolution of_default(std::string_view text, int depth) {
    Resolution result;
    for (std::size_t at = reference_in(text); at != std::string_view::npos; at = reference_in(text)) {
      const std::string_view written = text.substr(at, reference_length(text.substr(at)));
      Resolution inner = depth < kDeepestDefault
                             ? looked_up(written, depth + 1)
                             : Resolution{.value = {}, .problem = "too many defaults within each other"};
      result.value.append(text.substr(0, at)).append(inner.value);
      result.hidden = result.hidden || inner.hidden;
      result.is_outside = result.is_outside || inner.is_outside;
      if (!inner.problem.empty()) return inner;
      if (result.value.size() > kTextLimit)
        return {.value = {}, .problem = fmt::format("a default of more than {} bytes", kTextLimit)};
      text.remove_prefix(at + written.size());
    }
    result.value += text;
    return result;
  }

  Resolution of_file(std::string_view name, const std::optional<std::string_view>& fallback, int depth) {
    try {
      const std::string_view path = name.substr(std::string_view("file:").size());
      std::string content = base::read_file(sources_.directory / path, kFileLimit);
      // As $(cat file) does: the newline at the end of a secret's file is not part of the secret.
      content.erase(content.find_last_not_of("\r\n") + 1);
      const auto place = std::filesystem::absolute(sources_.directory / path).lexically_normal();
      const bool is_stored_secret = base::is_of_secret_store(place.string(), sources_.environment);
      return {.value = std::move(content), .problem = {}, .hidden = is_stored_secret, .is_outside = true};
    } catch (const base::Error& error) {
      if (fallback) return of_default(*fallback, depth);
      return {.value = {}, .problem = error.what()};
    }
  }

  Resolution of_variable(const std::string& name, const std::optional<std::string_view>& fallback,
                         int depth) {
    if (!is_variable_name(name))
      return {.value = {},
              .problem = fmt::format(
                  "expected ${{NAME}}, ${{NAME:-default}} or ${{file:path}}, found '${{{}}}'; write $$ "
                  "for a dollar sign",
                  base::printable(name, 60))};
    const auto value = sources_.environment.get(name);
    // As in a shell, the fallback stands in for an empty variable too.
    if (fallback && (!value || value->empty())) return of_default(*fallback, depth);
    if (value) return {.value = *value, .problem = {}, .is_outside = !value->empty()};
    return {.value = {},
            .problem = fmt::format("environment variable '{}' is not set{}", name,
                                   base::suggestion(name, sources_.environment.names()))};
  }

  /// A secret that stands in the file itself; also without the scheme of an Authorization header, and each
  /// value of a Cookie header.
  void remember_literal(const Node& node, std::string_view key) {
    if (base::lower(key) == "cookie") return remember_cookies(node.text);
    if (!holds_literal_secret(key) || node.text.size() < kShortestLiteral) return;
    if (node.text.find("{{") != std::string::npos || !(node.quoted || plain_scalar(node.text).text())) return;
    secrets_.add(node.text);
    const std::size_t space = node.text.find(' ');
    if (space != std::string::npos) secrets_.add(std::string_view(node.text).substr(space + 1));
  }

  void remember_cookies(const std::string& text) {
    for (const std::string& cookie : base::split(text, ';')) {
      const std::size_t sign = cookie.find('=');
      if (sign == std::string::npos || cookie.find("{{") != std::string::npos) continue;
      const std::string value = cookie.substr(sign + 1);
      if (value.size() >= kShortestLiteral) secrets_.add(value);
    }
  }

  const ReferenceSources& sources_;
  base::Secrets& secrets_;
  Problems& problems_;
  std::map<std::string, Resolution, std::less<>> resolutions_;
  std::size_t bytes_ = 0;
  std::size_t reported_ = 0;
};

/// `start` is where `text` begins in the whole scalar.
void add_references(std::string_view text, std::size_t start, int depth, std::vector<Reference>& found) {
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    std::size_t length = 1;
    if (rest.starts_with("$$")) {
      length = 2;
    } else if (depth == 0 && rest.starts_with("{{")) {
      length = std::min(rest.find("}}"), rest.size());
    } else if (rest.starts_with("${")) {
      length = reference_length(rest);
      const std::string_view inside = rest.substr(2, length - 2 - (rest[length - 1] == '}' ? 1 : 0));
      const std::size_t separator = inside.find(":-");
      found.push_back({.offset = start + at, .name = std::string(inside.substr(0, separator))});
      if (separator != std::string_view::npos && depth < kDeepestDefault)
        add_references(inside.substr(separator + 2), start + at + 2 + separator + 2, depth + 1, found);
    }
    at += length;
  }
}

}  // namespace

std::vector<Reference> references_in(std::string_view text) {
  std::vector<Reference> found;
  add_references(text, 0, 0, found);
  return found;
}

void expand_references(Node& node, const ReferenceSources& sources, base::Secrets& secrets,
                       Problems& problems) {
  Expander(sources, secrets, problems).expand(node, {}, false);
}

}  // namespace iter8::config
