#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "config/value/value.h"
#include "config/yaml/problems.h"

namespace iter8::config {

/// What one rendering may cost, and the time it happens at.
struct RenderOptions {
  std::size_t output_bytes = 4 * 1024 * 1024;
  std::size_t steps = 1'000'000;           // nodes evaluated, loops included, and values copied
  std::optional<base::WallTime> now = {};  // what {{ now }} says; nothing = the system's clock
};

struct TemplateSyntax;

/// A field of the data that a template reads, as `.version.url`.
struct TemplateField {
  std::string path;  // without the first dot
  Position position;
  bool optional = false;  // it may be missing: in `if`, `with`, or behind `default` and the like
};

/// A text with {{ … }} in the Go-template subset: fields (.version.url), pipelines, parentheses, variables,
/// if/else if/else, with, range (lists, maps in the order of their keys, whole numbers), break, continue,
/// comments, {{- and -}}, comparison functions, printf and common sprig functions (template_functions.h). An
/// unknown function or variable, a wrong number of arguments and a syntax error are found when parsing. A
/// missing field is an error when rendering, but reads as nothing in `if` and `with` and as argument of
/// default, empty, coalesce, ternary, required, and, or, not, get, hasKey and kindOf; printing nothing is an
/// error. Immutable and thread-safe; a text without {{ is itself.
class Template {
 public:
  Template() = default;  // renders to nothing
  static std::optional<Template> parse(std::string_view text, Position position, Problems& problems);
  static Template literal(std::string text);

  /// Throws base::Error with line and column of the template on a missing field, a wrong type, or a limit
  /// reached.
  std::string render(const Value& data, const RenderOptions& options = {}) const;

  const std::string& text() const { return text_; }
  /// Whether it renders to its text whatever the data.
  bool is_constant() const { return root_ == nullptr; }
  /// The fields it reads of the data itself (not of what `with` and `range` put in its place), so that a
  /// loader can check their names.
  std::vector<TemplateField> fields() const;

 private:
  std::string text_;
  std::shared_ptr<const TemplateSyntax> root_;  // shared between copies, never written after parsing
};

}  // namespace iter8::config
