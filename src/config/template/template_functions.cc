#include "config/template/template_functions.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error.h"

namespace iter8::config {
namespace {

std::array<std::span<const TemplateFunction>, 7> tables() {
  return {logic_functions(),  text_functions(),       printing_functions(), encoding_functions(),
          number_functions(), collection_functions(), time_functions()};
}

}  // namespace

void TemplateBudget::spend(std::size_t steps) {
  if (steps > steps_) throw base::Error("the template takes too many steps");
  steps_ -= steps;
}

void TemplateBudget::check_text(std::size_t bytes) const {
  if (bytes > text_bytes_) throw base::Error(fmt::format("a text of more than {} bytes", text_bytes_));
}

const TemplateFunction* find_template_function(std::string_view name) {
  for (const auto table : tables()) {
    const auto found =
        std::find_if(table.begin(), table.end(), [name](const auto& f) { return f.name == name; });
    if (found != table.end()) return &*found;
  }
  return nullptr;
}

std::vector<std::string> template_function_names() {
  std::vector<std::string> names;
  for (const auto table : tables())
    for (const TemplateFunction& function : table) names.emplace_back(function.name);
  return names;
}

}  // namespace iter8::config
