#include "experiment/result/result_reader.h"

#include <limits>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace iter8::experiment {

DocumentReader DocumentReader::child(const Json& value, const std::string& step) const {
  return {value, path_.empty() ? step : path_ + "." + step};
}

void DocumentReader::fail(const std::string& what) const {
  const std::string found = value_->dump(-1, ' ', false, Json::error_handler_t::replace);
  throw base::Error(fmt::format("{}: expected {}, found {}", path_.empty() ? "the document" : path_, what,
                                base::printable(found, 60)));
}

DocumentReader DocumentReader::at(const std::string& key) const {
  if (!value_->is_object()) fail("a map");
  const auto entry = value_->find(key);
  if (entry == value_->end()) fail("a map with the key '" + key + "'");
  return child(*entry, key);
}

std::optional<DocumentReader> DocumentReader::find(const std::string& key) const {
  if (!value_->is_object()) fail("a map");
  const auto entry = value_->find(key);
  if (entry == value_->end() || entry->is_null()) return std::nullopt;
  return child(*entry, key);
}

std::string DocumentReader::text() const {
  if (!value_->is_string()) fail("text");
  return value_->get<std::string>();
}

std::int64_t DocumentReader::integer() const {
  if (!value_->is_number_integer()) fail("a whole number");
  return value_->get<std::int64_t>();
}

int DocumentReader::small_integer() const {
  const std::int64_t value = integer();
  if (value < 0 || value > std::numeric_limits<int>::max()) fail("a count");
  return static_cast<int>(value);
}

std::size_t DocumentReader::index() const {
  return static_cast<std::size_t>(small_integer());
}

double DocumentReader::number() const {
  if (!value_->is_number()) fail("a number");
  return value_->get<double>();
}

bool DocumentReader::boolean() const {
  if (!value_->is_boolean()) fail("true or false");
  return value_->get<bool>();
}

std::vector<DocumentReader> DocumentReader::items() const {
  if (!value_->is_array()) fail("a list");
  std::vector<DocumentReader> list;
  list.reserve(value_->size());
  for (std::size_t i = 0; i < value_->size(); ++i)
    list.push_back(child((*value_)[i], fmt::format("[{}]", i)));
  return list;
}

std::vector<std::pair<std::string, DocumentReader>> DocumentReader::entries() const {
  if (!value_->is_object()) fail("a map");
  std::vector<std::pair<std::string, DocumentReader>> list;
  for (const auto& [key, item] : value_->items()) list.emplace_back(key, child(item, key));
  return list;
}

std::vector<DocumentReader> DocumentReader::find_items(const std::string& key) const {
  const std::optional<DocumentReader> place = find(key);
  return place ? place->items() : std::vector<DocumentReader>{};
}

std::optional<double> DocumentReader::find_number(const std::string& key) const {
  const std::optional<DocumentReader> place = find(key);
  return place ? std::optional(place->number()) : std::nullopt;
}

std::optional<std::string> DocumentReader::find_text(const std::string& key) const {
  const std::optional<DocumentReader> place = find(key);
  return place ? std::optional(place->text()) : std::nullopt;
}

}  // namespace iter8::experiment
