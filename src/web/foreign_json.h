#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace iter8::web {

// JSON that somebody else wrote: a server, a plugin, a CI system, the file of an earlier run. Every such text
// is read by one of the first two, or goes through the third before it is read. The size is the caller's to
// limit.

/// The value is discarded (`is_discarded()`) when the text is not one JSON document, or has more than
/// base::kDeepestJson levels.
nlohmann::json parse_foreign_json(std::string_view text);
/// The same with the order of the keys.
nlohmann::ordered_json parse_foreign_ordered_json(std::string_view text);

/// Throws base::Error, which says the limit, for a text of more than base::kDeepestJson levels.
void refuse_deep_json(std::string_view text);

}  // namespace iter8::web
