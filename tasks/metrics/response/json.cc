#include "tasks/metrics/response/json.h"

#include <cmath>
#include <limits>

#include "base/duration.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "web/foreign_json.h"
#include "web/jq_program.h"

namespace iter8::tasks::metrics {

Json parse_json(std::string_view body) {
  web::refuse_deep_json(body);
  try {
    return Json::parse(body);
  } catch (const Json::exception& error) {
    // "[json.exception.parse_error.101] parse error at line 1, column 8: …"
    const std::string_view text = error.what();
    const std::size_t end = text.find("] ");
    throw base::Error(
        web::not_json_message(body, end == std::string_view::npos ? text : text.substr(end + 2)));
  }
}

const Json* find(const Json& json, std::initializer_list<std::string_view> path) {
  const Json* current = &json;
  for (const std::string_view key : path) {
    if (!current->is_object()) return nullptr;
    const auto member = current->find(key);
    if (member == current->end()) return nullptr;
    current = &*member;
  }
  return current;
}

const Json& at(const Json& json, std::initializer_list<std::string_view> path) {
  const Json* found = find(json, path);
  if (found != nullptr) return *found;
  std::string name;
  for (const std::string_view key : path) name.append(name.empty() ? "" : ".").append(key);
  throw base::Error("the answer has no '" + name + "': " + base::printable(json.dump(), 120));
}

std::string text_of(const Json& json, std::string_view key) {
  const Json* member = find(json, {key});
  if (member == nullptr) return {};
  return member->is_string() ? member->get<std::string>() : member->dump();
}

std::optional<double> number_of(const Json& json) {
  if (json.is_null()) return std::nan("");
  if (json.is_number()) return json.get<double>();
  return json.is_string() ? number_of_text(json.get_ref<const std::string&>()) : std::nullopt;
}

std::optional<double> number_of_text(std::string_view text) {
  text = base::trim(text);
  if (const auto number = base::parse_number(text)) return number;
  const std::string word = base::lower(text);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (word == "nan") return std::nan("");
  if (word == "inf" || word == "+inf" || word == "infinity") return infinity;
  if (word == "-inf" || word == "-infinity") return -infinity;
  return std::nullopt;
}

double expect_number(const Json& json) {
  if (const auto number = number_of(json)) return *number;
  // A text of a table need not be UTF-8, which a document of JSON always is.
  const std::string found = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  throw base::Error("expected a number, found " + base::printable(found, 120));
}

base::WallTime time_of_seconds(double seconds) {
  return base::WallTime(base::from_seconds(seconds));
}

}  // namespace iter8::tasks::metrics
