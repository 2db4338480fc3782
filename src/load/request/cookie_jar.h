#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace iter8::load {

/// The cookies of one connection, as one user would have them: what a server set is sent back with every
/// later request of the connection. Of a cookie's attributes only an end of its life in the past counts
/// (Max-Age of 0 or less), because all requests go to one host and a connection does not outlive a load.
class CookieJar {
 public:
  static constexpr std::size_t kMostCookies = 50;  // what RFC 6265, section 6.1 asks of clients at least
  static constexpr std::size_t kLongestCookie = 4096;

  /// The value of a Set-Cookie field. One that is none, holds control characters or is over a limit is
  /// ignored, as browsers do.
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
