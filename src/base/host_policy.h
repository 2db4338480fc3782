#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sys/socket.h>

#include "base/environment.h"

namespace iter8::base {

/// Which hosts may be connected to: what the variable ITER8_ALLOW_HOSTS says. A value that is handed to
/// whoever opens connections; without the variable everything is allowed. With it, an entry allows
///   name[:port], *.suffix[:port]   a host by its name, at any address but those of this machine, of the link
///                                  and of a cloud's metadata service ("localhost": the loopback addresses)
///   address[:port], CIDR[:port]    an address, by whatever name it is reached; IPv6 with a port in brackets
/// and all else is refused. What counts is the address that is connected to, so that a name that resolves
/// differently the next time gains nothing. Immutable and thread-safe.
class HostPolicy {
 public:
  /// Allows everything.
  HostPolicy() = default;

  /// Throws base::UsageError for an entry that is none of these. Entries are separated by commas or blanks.
  static HostPolicy parse(std::string_view list);
  /// Of ITER8_ALLOW_HOSTS: unset allows everything, set and empty nothing.
  static HostPolicy of(const Environment& environment);

  bool is_open() const { return is_open_; }

  /// Whether the name itself is allowed, so that a proxy may be asked for it.
  bool allows_name(std::string_view host, int port) const;
  /// Whether a connection to the host could be allowed, before its addresses are known. For a host that is
  /// written as an address this is the whole truth.
  bool may_allow(std::string_view host, int port) const;
  /// Whether this address may be connected to for the sake of this host. Never for unix sockets.
  bool allows(const sockaddr& address, std::string_view host, int port) const;

  /// "ITER8_ALLOW_HOSTS does not allow evil.example:443 (10.0.0.1)". `address` may be empty.
  static std::string refusal(std::string_view host, int port, std::string_view address = {});

 private:
  using Bytes = std::array<std::uint8_t, 16>;
  struct Name {
    std::string host;  // lower case; of "*.suffix" it is ".suffix"
    int port = 0;      // 0 = any
  };
  struct Range {
    Bytes address{};  // IPv4 as ::ffff:a.b.c.d
    int bits = 128;
    int port = 0;

    bool contains(const Bytes& other, int at_port) const;
  };

  void add(std::string_view entry);
  bool allows_address(const Bytes& address, int port) const;
  static bool parse_address(const std::string& text, Bytes& address, int& width);

  bool is_open_ = true;
  std::vector<Name> names_;
  std::vector<Range> ranges_;
};

/// "10.0.0.1" or "::1" of an IPv4 or IPv6 address, without its port.
std::string address_text(const sockaddr& address);

}  // namespace iter8::base
