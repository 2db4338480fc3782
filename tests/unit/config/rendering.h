#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "base/error.h"
#include "config/template/template.h"
#include "tests/unit/config/reading.h"

namespace iter8::config {

/// What the tests' templates read.
inline Value template_data() {
  return to_value(document(
      "{version: {name: candidate, url: 'http://c', weight: 20}, versions: [{name: stable}, {name: "
      "candidate}], "
      "ratio: 0.5, big: 1e21, yes: true, no: false, zero: 0, empty: '', nothing: ~, names: [b, a], none: [], "
      "counts: {b: 2, a: 1}, text: 'a <b> \"c\"', lines: \"one\\ntwo\", time: '2026-03-04T15:06:07Z'}"));
}

/// The text a template gives, or "error: …" when it cannot be rendered. It must be a right template.
inline std::string rendered(std::string_view text, const RenderOptions& options = {}) {
  Problems problems("f");
  const auto parsed = Template::parse(text, {1, 1}, problems);
  if (!parsed) throw std::runtime_error(problems.to_text());
  try {
    return parsed->render(template_data(), options);
  } catch (const base::Error& error) {
    return std::string("error: ") + error.what();
  }
}

/// What is wrong with a template whose first character stands in line 2, column 9.
inline std::string template_problem(std::string_view text) {
  Problems problems("f");
  return Template::parse(text, {2, 9}, problems) ? "none" : problems_of(problems);
}

}  // namespace iter8::config
