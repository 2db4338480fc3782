#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace iter8::base {

/// Where a URL leads, as far as trust goes: who gets one origin's credentials gets those of no other.
struct Origin {
  std::string scheme;  // lower case
  std::string host;    // lower case, IPv6 in brackets
  std::uint16_t port = 0;

  bool operator==(const Origin&) const = default;

  /// "https://host", with the port unless it is the scheme's own.
  std::string to_text() const;

  /// Whether the host is this machine by a name or number that no name server is asked about.
  bool is_loopback() const;
};

/// The origin of an absolute http, https or ssh URL, and of git's "user@host:path" (ssh). Nothing where
/// another reader of URLs might see another host: blanks, control characters, backslashes, percent signs or a
/// second @ before the path, a port that is none, an http or https URL with user info.
std::optional<Origin> origin_of(std::string_view url);

}  // namespace iter8::base
