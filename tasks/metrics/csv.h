#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace iter8::tasks::metrics {

/// The records of comma-separated text (RFC 4180; a line may end with LF alone, blank lines are left out).
/// Throws base::Error with the line's number for a quote that is not closed or stands inside a field.
std::vector<std::vector<std::string>> parse_csv(std::string_view text);

}  // namespace iter8::tasks::metrics
