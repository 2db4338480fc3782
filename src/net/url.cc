#include "net/url.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"

namespace iter8::net {
namespace {

constexpr std::size_t kLongestSocketPath = 107;  // sun_path of sockaddr_un, less its final zero
constexpr std::size_t kLongestHost = 253;        // RFC 1035, section 2.3.4
constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_host_character(char c) {
  return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// What may not stand in a URL at all: it would end or split the request line. Empty when there is nothing.
std::string forbidden_byte(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == ' ') return "contains a space; write %20";
    if (byte < ' ' || byte == 0x7f) return fmt::format("contains the control character 0x{:02x}", byte);
    if (byte > 0x7f) return "contains a character outside ASCII; percent-encode it";
  }
  return {};
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    result += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return result;
}

/// Takes "user:password@" off the front of the authority.
bool take_user_info(std::string_view& authority, Url& url, std::string& problem) {
  const std::size_t at = authority.rfind('@');
  if (at == std::string_view::npos) return true;
  const std::optional<std::string> decoded = percent_decoded(authority.substr(0, at));
  authority.remove_prefix(at + 1);
  if (!decoded || decoded->find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
    problem = "has a user name or password with a bad percent escape";
    return false;
  }
  url.user_info = *decoded;
  return true;
}

/// Takes the host, a name, an IPv4 address or an IPv6 address in brackets, off the front of the authority.
bool take_host(std::string_view& authority, Url& url, std::string& problem) {
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    const std::string_view inside = authority.substr(1, end == std::string_view::npos ? end : end - 1);
    const std::string_view address = inside.substr(0, inside.find('%'));
    const bool plausible = std::ranges::count(address, ':') >= 2 && std::ranges::all_of(address, [](char c) {
                             return hex_value(c) >= 0 || c == ':' || c == '.';
                           });
    if (end == std::string_view::npos || !plausible) {
      problem = "has no valid IPv6 address between brackets";
      return false;
    }
    url.host = base::replace_all(std::string(inside), "%25", "%");  // a zone, RFC 6874
    authority.remove_prefix(end + 1);
    return true;
  }

  const std::string_view host = authority.substr(0, authority.find(':'));
  authority.remove_prefix(host.size());
  if (host.empty()) {
    problem = "has no host";
  } else if (host.size() > kLongestHost) {
    problem = fmt::format("has a host longer than {} characters", kLongestHost);
  } else if (!std::ranges::all_of(host, is_host_character)) {
    problem = fmt::format("has the host '{}', which is neither a name nor an address", host);
  }
  url.host = host;
  return problem.empty();
}

bool take_port(std::string_view rest, Url& url, std::string& problem) {
  url.port = url.secure ? kHttpsPort : kHttpPort;
  if (rest.empty()) return true;
  const std::string_view digits = rest.substr(1);
  unsigned port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (rest.front() != ':' || error != std::errc{} || end != digits.data() + digits.size() || port < 1 ||
      port > 65535) {
    problem = fmt::format("has '{}' where a port from 1 to 65535 was expected", rest);
    return false;
  }
  url.default_port = port == url.port;
  url.port = static_cast<std::uint16_t>(port);
  return true;
}

bool parse_socket(std::string_view rest, Url& url, std::string& problem) {
  const std::size_t separator = rest.find(":/");
  url.host = "localhost";
  url.port = url.secure ? kHttpsPort : kHttpPort;
  url.socket_path = rest.substr(0, separator);
  url.target = separator == std::string_view::npos ? "/" : rest.substr(separator + 1);
  if (!url.socket_path.starts_with('/')) {
    problem = "has no absolute path of a socket; write unix:/path/to.sock:/target";
  } else if (url.socket_path.size() > kLongestSocketPath) {
    problem = fmt::format("has a socket path longer than {} bytes", kLongestSocketPath);
  }
  return problem.empty();
}

/// Recognises the scheme and takes it off; a text without one means http.
bool take_scheme(std::string_view& rest, Url& url, bool& socket, std::string& problem) {
  for (const std::string_view name : {"unix:", "https+unix:"}) {
    if (base::lower(rest.substr(0, name.size())) != name) continue;
    url.secure = name != "unix:";
    socket = true;
    rest.remove_prefix(name.size());
    return true;
  }
  const std::size_t separator = rest.find("://");
  if (separator == std::string_view::npos ||
      rest.substr(0, separator).find_first_of("/?#") != std::string_view::npos) {
    return true;
  }
  const std::string scheme = base::lower(rest.substr(0, separator));
  if (scheme != "http" && scheme != "https") {
    problem = fmt::format("has the scheme '{}'; expected http, https, unix or https+unix", scheme);
    return false;
  }
  url.secure = scheme == "https";
  rest.remove_prefix(separator + 3);
  return true;
}

}  // namespace

std::string Url::authority() const {
  const std::string_view without_zone = std::string_view(host).substr(0, host.find('%'));
  std::string result = host.find(':') == std::string::npos ? host : fmt::format("[{}]", without_zone);
  if (!default_port) result += fmt::format(":{}", port);
  return result;
}

std::string Url::to_text() const {
  if (!socket_path.empty())
    return fmt::format("{}:{}:{}", secure ? "https+unix" : "unix", socket_path, target);
  return fmt::format("{}://{}{}", secure ? "https" : "http", authority(), target);
}

std::optional<Url> parse_url(std::string_view text, std::string& problem) {
  problem = text.empty() ? "is empty" : forbidden_byte(text);
  if (!problem.empty()) return std::nullopt;

  Url url;
  bool socket = false;
  std::string_view rest = text;
  if (!take_scheme(rest, url, socket, problem)) return std::nullopt;
  rest = rest.substr(0, rest.find('#'));  // a fragment is never sent
  if (socket) return parse_socket(rest, url, problem) ? std::optional(url) : std::nullopt;

  std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  url.target = rest.substr(authority.size());
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  const bool good = take_user_info(authority, url, problem) && take_host(authority, url, problem) &&
                    take_port(authority, url, problem);
  return good ? std::optional(url) : std::nullopt;
}

}  // namespace iter8::net
