#include "config/value/value_text.h"

#include <algorithm>

#include "base/number.h"

namespace iter8::config {
namespace {

void append_plain(std::string& out, const Value& value) {
  if (value.is_null()) {
    out += "<nil>";
  } else if (value.boolean()) {
    out += *value.boolean() ? "true" : "false";
  } else if (value.integer()) {
    out += std::to_string(*value.integer());
  } else if (value.real()) {
    out += base::shortest(*value.real());
  } else if (value.text()) {
    out += *value.text();
  } else if (value.list()) {
    out += '[';
    for (const Value& item : *value.list()) {
      if (&item != value.list()->data()) out += ' ';
      append_plain(out, item);
    }
    out += ']';
  } else {
    out += "map[";
    Value::Map sorted = *value.map();
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& entry : sorted) {
      if (&entry != sorted.data()) out += ' ';
      out += entry.first + ":";
      append_plain(out, entry.second);
    }
    out += ']';
  }
}

}  // namespace

std::string to_plain_text(const Value& value) {
  std::string text;
  append_plain(text, value);
  return text;
}

}  // namespace iter8::config
