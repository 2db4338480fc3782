#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "config/problems.h"
#include "config/value.h"

namespace iter8::config {

struct TemplateLimits {
  std::size_t output_bytes = 4 * 1024 * 1024;
  std::size_t steps = 1'000'000;  // nodes evaluated, loops included
};

struct TemplateSyntax;

/// A text with {{ … }} in the Go-template subset: fields (.version.url), pipelines, if/else if/else, with,
/// range, variables, comparison functions, printf and common sprig functions. An unknown function or a syntax
/// error is found when parsing; a missing field is an error when rendering. Immutable and thread-safe; a text
/// without {{ is itself.
class Template {
 public:
  Template();  // renders to nothing
  static std::optional<Template> parse(std::string_view text, Position position, Problems& problems);
  static Template literal(std::string text);

  Template(const Template&);
  Template(Template&&) noexcept;
  Template& operator=(const Template&);
  Template& operator=(Template&&) noexcept;
  ~Template();

  /// Throws base::Error with line and column of the template on a missing field, a wrong type, or a limit
  /// reached.
  std::string render(const Value& data, const TemplateLimits& limits = {}) const;

  const std::string& text() const { return text_; }
  bool is_constant() const;

 private:
  std::string text_;
  std::shared_ptr<const TemplateSyntax> root_;  // shared between copies, never written after parsing
};

}  // namespace iter8::config
