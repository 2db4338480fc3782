#include "config/value/value.h"

namespace iter8::config {

std::optional<double> Value::number() const {
  if (const std::int64_t* whole = integer()) return static_cast<double>(*whole);
  if (const double* decimal = real()) return *decimal;
  return std::nullopt;
}

const Value* Value::find(std::string_view key) const {
  const Map* entries = map();
  if (!entries) return nullptr;
  for (const auto& [name, value] : *entries)
    if (name == key) return &value;
  return nullptr;
}

std::string_view Value::kind_name() const {
  struct Namer {
    std::string_view operator()(std::monostate) const { return "null"; }
    std::string_view operator()(bool) const { return "boolean"; }
    std::string_view operator()(std::int64_t) const { return "integer"; }
    std::string_view operator()(double) const { return "number"; }
    std::string_view operator()(const std::string&) const { return "text"; }
    std::string_view operator()(const List&) const { return "list"; }
    std::string_view operator()(const Map&) const { return "map"; }
  };
  return std::visit(Namer{}, data_);
}

bool operator==(const Value& left, const Value& right) {
  if (left.integer() && right.integer()) return *left.integer() == *right.integer();
  const auto left_number = left.number();
  const auto right_number = right.number();
  if (left_number && right_number) return *left_number == *right_number;
  return left.data_ == right.data_;
}

}  // namespace iter8::config
