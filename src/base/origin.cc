#include "base/origin.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"

namespace iter8::base {

namespace {

std::uint16_t port_of_scheme(std::string_view scheme) {
  if (scheme == "http") return 80;
  if (scheme == "https") return 443;
  return scheme == "ssh" ? 22 : 0;
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// A name, an IPv4 address, or an IPv6 address in brackets.
bool is_host(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']'))
    return std::ranges::all_of(host.substr(1, host.size() - 2),
                               [](char c) { return is_letter_or_digit(c) || c == ':' || c == '.'; });
  return !host.empty() && host.front() != '-' && std::ranges::all_of(host, [](char c) {
    return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_';
  });
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

/// "host" or "host:port".
std::optional<Origin> origin_at(std::string scheme, std::string_view place) {
  const std::size_t bracket = place.rfind(']');
  const std::size_t colon = place.find(':', bracket == std::string_view::npos ? 0 : bracket);
  Origin origin{.scheme = std::move(scheme), .host = lower(place.substr(0, colon)), .port = 0};
  origin.port = port_of_scheme(origin.scheme);
  if (!is_host(origin.host) || origin.port == 0) return std::nullopt;
  if (colon == std::string_view::npos) return origin;
  const auto port = parse_port(place.substr(colon + 1));
  if (!port) return std::nullopt;
  origin.port = *port;
  return origin;
}

/// "user@host:path" of git.
std::optional<Origin> origin_of_scp_like(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon + 1 == text.size()) return std::nullopt;
  const std::string_view place = text.substr(0, colon);
  const std::size_t at = place.find('@');
  if (at == 0 || at == std::string_view::npos || place.find('/') != std::string_view::npos)
    return std::nullopt;
  return origin_at("ssh", place.substr(at + 1));
}

}  // namespace

std::string Origin::to_text() const {
  return port == port_of_scheme(scheme) ? fmt::format("{}://{}", scheme, host)
                                        : fmt::format("{}://{}:{}", scheme, host, port);
}

bool Origin::is_loopback() const {
  const bool is_number = host.starts_with("127.") &&
                         std::ranges::all_of(host, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  return is_number || host == "localhost" || host == "[::1]";
}

std::optional<Origin> origin_of(std::string_view url) {
  const std::size_t mark = url.find("://");
  if (mark == std::string_view::npos) return origin_of_scp_like(url);
  std::string scheme = lower(url.substr(0, mark));
  std::string_view place = url.substr(mark + 3);
  place = place.substr(0, place.find_first_of("/?#"));
  if (scheme == "ssh")
    if (const std::size_t at = place.find('@'); at != std::string_view::npos) place.remove_prefix(at + 1);
  return origin_at(std::move(scheme), place);
}

}  // namespace iter8::base
