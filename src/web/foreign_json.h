#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace iter8::web {

/// JSON that somebody else wrote: a server, a plugin, a CI system, the file of an earlier run. Every such
/// text is read by these two. The value is discarded (`is_discarded()`) when the text is not one JSON
/// document, or has more than base::kDeepestJson levels. The size is the caller's to limit.
nlohmann::json parse_foreign_json(std::string_view text);
/// The same with the order of the keys.
nlohmann::ordered_json parse_foreign_ordered_json(std::string_view text);

}  // namespace iter8::web
