#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace iter8::net {

/// An absolute http or https URL, or a unix socket: "unix:/path/to.sock:/target" and "https+unix:…" speak
/// HTTP over the socket with host "localhost". A text without a scheme means http.
struct Url {
  bool secure = false;
  std::string host;         // without brackets; "localhost" for a unix socket
  std::uint16_t port = 80;  // the scheme's own when the URL gives none
  bool default_port = true;
  std::string socket_path;  // of a unix socket, else empty
  std::string target;       // path and query as sent, at least "/"
  std::string user_info;    // "user:password" as written, percent-decoded; empty = none

  bool operator==(const Url&) const = default;

  /// What goes into the Host header: brackets for IPv6, the port unless it is the scheme's own.
  std::string authority() const;
  /// As written, without user info.
  std::string to_text() const;
};

/// nullopt, and the reason in `problem`, when the text is not such a URL (a space, a control character, a bad
/// port, an empty host, another scheme).
std::optional<Url> parse_url(std::string_view text, std::string& problem);

}  // namespace iter8::net
