// Patterns stand in conditions and templates. The first line is the pattern, the rest the text it searches.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "config/expression/regex.h"

using iter8::config::Regex;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(input.find('\n'), input.size());
  const std::string_view text = input.substr(std::min(line + 1, input.size()));
  std::string problem;
  const auto regex = Regex::compile(input.substr(0, line), problem);
  if (regex.has_value() == !problem.empty()) abort();
  if (!regex) return 0;
  try {
    // With itself in the place of every match, a text stays what it is; with a mark, it changes when there is
    // a match.
    if (regex->replace_all(text, "$0", 1'000'000) != text) abort();
    if (regex->occurs_in(text) == (regex->replace_all(text, "<${0}>", 1'000'000) == text)) abort();
  } catch (const iter8::base::Error&) {
  }
  return 0;
}
