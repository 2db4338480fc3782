#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace iter8::tasks {

/// The text when it has at most `limit` bytes, else its beginning and "…", never in the middle of a
/// character. The limits of services are in characters or bytes; bytes are the stricter of the two. `limit`
/// >= 4.
std::string shorten(std::string_view text, std::size_t limit);

/// Text in one line: line breaks and runs of blanks become one blank.
std::string one_line(std::string_view text);

}  // namespace iter8::tasks
