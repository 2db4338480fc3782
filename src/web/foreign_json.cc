#include "web/foreign_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/json_depth.h"

namespace iter8::web {
namespace {

template <typename Json>
Json parse(std::string_view text) {
  if (base::has_nul(text) || base::json_depth(text) > base::kDeepestJson)
    return Json(Json::value_t::discarded);
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

}  // namespace

nlohmann::json parse_foreign_json(std::string_view text) {
  return parse<nlohmann::json>(text);
}

nlohmann::ordered_json parse_foreign_ordered_json(std::string_view text) {
  return parse<nlohmann::ordered_json>(text);
}

void refuse_deep_json(std::string_view text) {
  if (base::json_depth(text) > base::kDeepestJson)
    throw base::Error(fmt::format("expected JSON of at most {} levels of lists and objects, found more",
                                  base::kDeepestJson));
}

}  // namespace iter8::web
