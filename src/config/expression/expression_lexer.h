#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/value/value.h"

namespace iter8::config {

/// A word, sign or literal of a condition.
struct ExpressionToken {
  enum class Kind { word, sign, literal, end };
  Kind kind = Kind::end;
  std::string text;  // as written; `literal` has its meaning in value
  Value value;
  std::size_t offset = 0;
};

/// The text cannot be read on from `offset`. Never leaves Expression::parse.
struct ExpressionFault {
  std::size_t offset = 0;
  std::string message;
};

/// The tokens of a condition, the last of kind end. Throws ExpressionFault.
std::vector<ExpressionToken> expression_tokens(std::string_view text);

}  // namespace iter8::config
