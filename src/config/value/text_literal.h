#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace iter8::config {

/// A text in quotes, as conditions and templates write it.
struct TextLiteral {
  std::string text;
  std::size_t length = 0;  // with its quotes
};

/// Reads the literal at the front of `text`, which begins with its quote: "…" and '…' with the escapes of Go,
/// such as \n, \x41 and \u00e4, and `…` as it stands. Nothing, and `problem` says why, when it is not one.
std::optional<TextLiteral> read_text_literal(std::string_view text, std::string& problem);

}  // namespace iter8::config
