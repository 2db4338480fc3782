#include "base/host_policy.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"

namespace iter8::base {

namespace {

using Bytes = std::array<std::uint8_t, 16>;

constexpr int kMappedBits = 96;  // of ::ffff:0:0/96, in which IPv4 lies
constexpr Bytes kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr Bytes kTranslated = {0, 0x64, 0xff, 0x9b};  // 64:ff9b::/96, RFC 6052: IPv4 by way of NAT64

bool has_prefix(const Bytes& address, const Bytes& prefix, int bits) {
  const auto whole = static_cast<std::size_t>(bits) / 8;
  if (!std::equal(address.begin(), address.begin() + static_cast<std::ptrdiff_t>(whole), prefix.begin()))
    return false;
  const int rest = bits % 8;
  return rest == 0 || (address[whole] >> (8 - rest)) == (prefix[whole] >> (8 - rest));
}

/// The one form of an address that can be written in several.
Bytes canonical(Bytes address) {
  if (has_prefix(address, kTranslated, kMappedBits)) std::copy_n(kMapped.begin(), 12, address.begin());
  return address;
}

std::optional<Bytes> bytes_of(const sockaddr& address) {
  Bytes bytes = kMapped;
  if (address.sa_family == AF_INET) {
    sockaddr_in native{};
    std::memcpy(&native, &address, sizeof native);
    std::memcpy(bytes.data() + 12, &native.sin_addr, 4);
    return bytes;
  }
  if (address.sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 native{};
  std::memcpy(&native, &address, sizeof native);
  std::memcpy(bytes.data(), &native.sin6_addr, bytes.size());
  return canonical(bytes);
}

int port_of(const sockaddr& address) {
  sockaddr_in native{};  // of IPv6 the port stands in the same place
  std::memcpy(&native, &address, offsetof(sockaddr_in, sin_addr));
  return ntohs(native.sin_port);
}

bool is_loopback(const Bytes& address) {
  Bytes loopback{};
  loopback[15] = 1;
  return address == loopback || (has_prefix(address, kMapped, kMappedBits) && address[12] == 127);
}

/// Addresses to which no name from outside should lead: those of this machine, of the link (with the metadata
/// services of AWS, Azure, Google and others), multicast and reserved ones, and the metadata services that
/// have an address elsewhere (AWS over IPv6, Alibaba, Azure's own).
bool is_special(const Bytes& address) {
  if (is_loopback(address)) return true;
  if (has_prefix(address, kMapped, kMappedBits)) {
    const auto is = [&address](int a, int b, int c, int d) {
      return address[12] == a && address[13] == b && address[14] == c && address[15] == d;
    };
    return address[12] == 0 || address[12] >= 224 || (address[12] == 169 && address[13] == 254) ||
           is(100, 100, 100, 200) || is(168, 63, 129, 16);
  }
  constexpr Bytes aws = {0xfd, 0, 0x0e, 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54};
  const bool is_link = address[0] == 0xfe && (address[1] & 0xc0) == 0x80;
  return address == Bytes{} || address[0] == 0xff || is_link || address == aws;
}

/// Lower case, without the brackets of an IPv6 address and the dot at the end.
std::string plain_host(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.ends_with('.')) host.remove_suffix(1);
  return lower(host);
}

bool is_localhost(const std::string& host) {
  return host == "localhost" || host.ends_with(".localhost");
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_';
  });
}

[[noreturn]] void refuse_entry(std::string_view entry) {
  throw UsageError(fmt::format(
      "ITER8_ALLOW_HOSTS: found '{}', expected a host name, *.suffix, an address or a CIDR range, "
      "each with or without :port, as in app.example.com:443 or [fd00::/8]:8080",
      printable(entry)));
}

/// "host" and the port behind its last colon; 0 without one. Nothing if that is not a port.
std::optional<std::pair<std::string, int>> split_port(std::string_view entry) {
  std::size_t colon = entry.rfind(':');
  if (entry.starts_with('[')) {
    const std::size_t bracket = entry.rfind(']');
    if (bracket == std::string_view::npos) return std::nullopt;
    const std::string host(entry.substr(1, bracket - 1));
    if (bracket + 1 == entry.size()) return std::pair(host, 0);
    if (entry[bracket + 1] != ':') return std::nullopt;
    colon = bracket + 1;
  } else if (colon == std::string_view::npos || entry.find(':') != colon) {
    return std::pair(std::string(entry), 0);  // no port, or an IPv6 address
  }
  const auto port = parse_integer(std::string(entry.substr(colon + 1)));
  if (!port || *port < 1 || *port > 65535) return std::nullopt;
  const bool is_bracketed = entry.starts_with('[');
  return std::pair(std::string(is_bracketed ? entry.substr(1, colon - 2) : entry.substr(0, colon)),
                   static_cast<int>(*port));
}

}  // namespace

bool HostPolicy::Range::contains(const Bytes& other, int at_port) const {
  return (port == 0 || port == at_port) && has_prefix(other, address, bits);
}

bool HostPolicy::parse_address(const std::string& text, Bytes& address, int& width) {
  in_addr four{};
  if (::inet_pton(AF_INET, text.c_str(), &four) == 1) {
    address = kMapped;
    std::memcpy(address.data() + 12, &four, sizeof four);
    width = 32;
    return true;
  }
  in6_addr six{};
  if (::inet_pton(AF_INET6, text.c_str(), &six) != 1) return false;
  std::memcpy(address.data(), &six, sizeof six);
  address = canonical(address);
  width = 128;
  return true;
}

HostPolicy HostPolicy::parse(std::string_view list) {
  HostPolicy policy;
  policy.is_open_ = false;
  std::string entry;
  for (const char c : std::string(list) + ",") {
    const bool separates = c == ',' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!separates) entry += c;
    if (!separates || entry.empty()) continue;
    policy.add(entry);
    entry.clear();
  }
  return policy;
}

HostPolicy HostPolicy::of(const Environment& environment) {
  const auto list = environment.get("ITER8_ALLOW_HOSTS");
  return list ? parse(*list) : HostPolicy();
}

void HostPolicy::add(std::string_view entry) {
  const auto split = split_port(entry);
  if (!split) refuse_entry(entry);
  const auto& [host, port] = *split;

  const std::size_t slash = host.find('/');
  Range range{.port = port};
  int width = 0;
  if (parse_address(host.substr(0, slash), range.address, width)) {
    const auto bits = slash == std::string::npos ? width : parse_integer(host.substr(slash + 1)).value_or(-1);
    if (bits < 0 || bits > width) refuse_entry(entry);
    range.bits = static_cast<int>(bits) + 128 - width;
    ranges_.push_back(range);
    return;
  }
  const bool is_suffix = host.starts_with("*.");
  if (!is_name(is_suffix ? std::string_view(host).substr(2) : host)) refuse_entry(entry);
  names_.push_back({.host = plain_host(is_suffix ? host.substr(1) : host), .port = port});
}

bool HostPolicy::allows_name(std::string_view host, int port) const {
  if (is_open_) return true;
  const std::string plain = plain_host(host);
  return std::ranges::any_of(names_, [&](const Name& name) {
    const bool is_suffix = name.host.starts_with('.');
    const bool matches =
        is_suffix ? plain.size() > name.host.size() && plain.ends_with(name.host) : plain == name.host;
    return matches && (name.port == 0 || name.port == port);
  });
}

bool HostPolicy::allows_address(const Bytes& address, int port) const {
  return std::ranges::any_of(ranges_, [&](const Range& range) { return range.contains(address, port); });
}

bool HostPolicy::may_allow(std::string_view host, int port) const {
  if (allows_name(host, port)) return true;
  Bytes address{};
  int width = 0;
  if (parse_address(plain_host(host), address, width)) return allows_address(address, port);
  return std::ranges::any_of(ranges_,
                             [port](const Range& range) { return range.port == 0 || range.port == port; });
}

bool HostPolicy::allows(const sockaddr& address, std::string_view host, int port) const {
  if (is_open_) return true;
  const auto bytes = bytes_of(address);
  if (!bytes) return false;
  if (allows_address(*bytes, port_of(address))) return true;
  if (!allows_name(host, port)) return false;
  return !is_special(*bytes) || (is_loopback(*bytes) && is_localhost(plain_host(host)));
}

std::string HostPolicy::refusal(std::string_view host, int port, std::string_view address) {
  const std::string plain = plain_host(host);
  const std::string place = plain.find(':') == std::string::npos ? plain : "[" + plain + "]";
  return fmt::format("ITER8_ALLOW_HOSTS does not allow {}:{}{}", printable(place), port,
                     address.empty() || address == plain ? "" : fmt::format(" ({})", address));
}

std::string address_text(const sockaddr& address) {
  const auto bytes = bytes_of(address);
  if (!bytes) return "a unix socket";
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool is_four = has_prefix(*bytes, kMapped, kMappedBits);
  ::inet_ntop(is_four ? AF_INET : AF_INET6, bytes->data() + (is_four ? 12 : 0), text.data(), text.size());
  return text.data();
}

}  // namespace iter8::base
