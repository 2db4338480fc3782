#pragma once

#include <string>
#include <string_view>

namespace iter8::report {

/// Text from outside for XML and HTML, between tags or between quotes: markup characters are escaped, control
/// characters made visible, and what XML cannot hold becomes U+FFFD. More than `limit` bytes become "…".
std::string xml_escaped(std::string_view raw, std::size_t limit = 4000);

/// A path as the URI reference that SARIF wants: every byte but letters, digits and "-._~/" as %XX.
std::string uri_of(std::string_view path);

}  // namespace iter8::report
