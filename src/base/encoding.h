#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace iter8::base {

/// RFC 4648 section 4: the standard alphabet, padded.
std::string base64(std::string_view bytes);

/// The inverse; padding may be missing. Nothing for a text with another character (line breaks included) or
/// of an impossible length.
std::optional<std::string> from_base64(std::string_view text);

/// RFC 3986 section 2.1: everything but letters, digits and -._~ becomes %XX, so that the text is one value
/// of a query or one segment of a path.
std::string percent_encoded(std::string_view text);

}  // namespace iter8::base
