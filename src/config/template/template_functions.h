#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "config/value/value.h"

namespace iter8::config {

/// What one rendering may still spend. Functions whose cost is not in proportion to their arguments spend for
/// themselves.
class TemplateBudget {
 public:
  TemplateBudget(std::size_t steps, std::size_t text_bytes) : steps_(steps), text_bytes_(text_bytes) {}

  /// Throws base::Error when nothing is left.
  void spend(std::size_t steps);
  /// Throws base::Error when a text of so many bytes is more than a template may make.
  void check_text(std::size_t bytes) const;
  std::size_t text_bytes() const { return text_bytes_; }

 private:
  std::size_t steps_;
  std::size_t text_bytes_;
};

/// Whether a field or entry that does not exist is an error, or reads as nothing.
enum class Missing { refused, taken };

// Short, because every line of a table of functions has them.
inline constexpr Missing kRefused = Missing::refused;
inline constexpr Missing kTaken = Missing::taken;
/// As the most arguments of a function: as many as one likes.
inline constexpr std::size_t kMany = 1000;

/// The arguments of one call. Bodies throw base::Error without a position; the evaluator adds it.
struct TemplateCall {
  std::string_view name;
  std::span<const Value> arguments;
  TemplateBudget& budget;
  const std::optional<base::WallTime>& now;  // the clock's time when not given
  Missing missing = Missing::refused;        // of what the call itself looks up
};

struct TemplateFunction {
  std::string_view name;
  std::size_t least = 0;
  std::size_t most = 0;
  Value (*body)(const TemplateCall&) = nullptr;
  Missing missing = Missing::refused;  // of its arguments
};

/// The function of this name, or null.
const TemplateFunction* find_template_function(std::string_view name);
std::vector<std::string> template_function_names();

/// The tables, one a file. `and` and `or` are in them for their names; the evaluator computes them.
std::span<const TemplateFunction> logic_functions();
std::span<const TemplateFunction> text_functions();
std::span<const TemplateFunction> printing_functions();
std::span<const TemplateFunction> encoding_functions();
std::span<const TemplateFunction> number_functions();
std::span<const TemplateFunction> collection_functions();
std::span<const TemplateFunction> time_functions();

}  // namespace iter8::config
