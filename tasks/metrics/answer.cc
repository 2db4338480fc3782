#include "tasks/metrics/answer.h"

#include "base/text.h"

namespace iter8::tasks::metrics {

std::string to_text(const Labels& labels) {
  std::string text = "{";
  for (const auto& [name, value] : labels)
    text += (text.size() > 1 ? ", " : "") + base::printable(name) + "=\"" + base::printable(value) + '"';
  return text + "}";
}

const std::string* find_label(const Labels& labels, std::string_view name) {
  for (const auto& [key, value] : labels)
    if (key == name) return &value;
  return nullptr;
}

}  // namespace iter8::tasks::metrics
