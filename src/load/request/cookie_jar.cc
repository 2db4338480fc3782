#include "load/request/cookie_jar.h"

#include <algorithm>

#include "base/text.h"

namespace iter8::load {
namespace {

/// Whether one of the attributes ends the cookie's life at once.
bool is_deletion(std::string_view attributes) {
  for (const std::string& attribute : base::split(attributes, ';')) {
    const std::string lower = base::lower(base::trim(attribute));
    if (!lower.starts_with("max-age=")) continue;
    const std::string_view value = std::string_view(lower).substr(8);
    return value.starts_with('-') ||
           (!value.empty() && value.find_first_not_of('0') == std::string_view::npos);
  }
  return false;
}

/// No header field can hold these; a server that could smuggle them in would write our requests.
bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
}

}  // namespace

void CookieJar::set(std::string_view value) {
  const std::size_t end = std::min(value.find(';'), value.size());
  const std::string_view pair = value.substr(0, end);
  const std::size_t equals = pair.find('=');
  if (equals == std::string_view::npos || value.size() > kMaxCookieSize) return;
  if (std::ranges::any_of(value, is_control)) return;
  const std::string name(base::trim(pair.substr(0, equals)));
  if (name.empty()) return;

  auto found = std::ranges::find(cookies_, name, &std::pair<std::string, std::string>::first);
  if (is_deletion(value.substr(end))) {
    if (found != cookies_.end()) cookies_.erase(found);
  } else if (found != cookies_.end()) {
    found->second = base::trim(pair.substr(equals + 1));
  } else if (cookies_.size() < kMaxCookies) {
    cookies_.emplace_back(name, base::trim(pair.substr(equals + 1)));
  }
  write();
}

void CookieJar::clear() {
  cookies_.clear();
  text_.clear();
}

void CookieJar::write() {
  text_.clear();
  for (const auto& [name, value] : cookies_) {
    if (!text_.empty()) text_ += "; ";
    text_ += name;
    text_ += '=';
    text_ += value;
  }
}

}  // namespace iter8::load
