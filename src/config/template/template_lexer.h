#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/value/value.h"

namespace iter8::config {

/// A word or sign between {{ and }}.
struct TemplateToken {
  enum class Kind { word, dot, field, variable, literal, sign, end };
  Kind kind = Kind::end;
  std::string text;  // a field without its dot, a variable without its $
  Value value;       // of a literal
  std::size_t offset = 0;
  bool spaced = true;  // a blank stands before it
};

/// A run of text, or the tokens of one action (the last of kind end). Blanks beside {{- and -}} are already
/// gone.
struct TemplatePiece {
  std::size_t offset = 0;
  std::string text;
  std::vector<TemplateToken> tokens;  // none: text
};

/// The text cannot be read. Never leaves Template::parse.
struct TemplateFault {
  std::size_t offset = 0;
  std::string message;
};

/// Splits a template. Throws TemplateFault.
std::vector<TemplatePiece> template_pieces(std::string_view text);

}  // namespace iter8::config
