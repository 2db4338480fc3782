#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace iter8::load {

/// The cookies of one connection, as if it were one user: what the server sets is sent back with every later
/// request of the connection. The only attribute that matters is a Max-Age of 0 or less, which deletes a
/// cookie: all requests go to one host, and a connection does not outlive a load. One thread.
class CookieJar {
 public:
  static constexpr std::size_t kMaxCookies = 50;  // the least that RFC 6265, section 6.1 wants from clients
  static constexpr std::size_t kMaxCookieSize = 4096;

  /// Processes the value of a Set-Cookie field (RFC 6265, section 5.2). One that is malformed, holds control
  /// characters or exceeds a limit is ignored, as browsers do.
  void set(std::string_view value);
  void clear();

  /// "a=1; b=2"; empty without cookies.
  const std::string& text() const { return text_; }

 private:
  void write();

  std::vector<std::pair<std::string, std::string>> cookies_;
  std::string text_;
};

}  // namespace iter8::load
