#include <array>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"
#include "config/expression/regex.h"
#include "config/template/template_values.h"
#include "config/value/json_text.h"
#include "config/value/value_text.h"
#include "config/yaml/node.h"

namespace iter8::config {
namespace {

Value to_json_text(const TemplateCall& call) {
  return to_json(call.arguments[0], JsonStyle::compact);
}
Value to_pretty_json(const TemplateCall& call) {
  return to_json(call.arguments[0], JsonStyle::pretty);
}

Value from_json(const TemplateCall& call) {
  const std::string text = text_argument(call, 0);
  call.budget.spend(text.size() / 16);
  JsonFault fault;
  if (auto value = parse_json(text, kValueDepth, fault)) return std::move(*value);
  const Position position = position_in({1, 1}, text, fault.offset);
  throw base::Error(
      fmt::format("fromJson: line {}, column {}: {}", position.line, position.column, fault.message));
}

/// Each argument in quotes, a blank between them; nothing is left out.
std::string all_quoted(const TemplateCall& call, std::string (*quoted)(const std::string&)) {
  std::string result;
  for (const Value& argument : call.arguments) {
    if (argument.is_null()) continue;
    result += (result.empty() ? "" : " ") + quoted(to_plain_text(argument));
  }
  return result;
}

Value quote(const TemplateCall& call) {
  return all_quoted(call, [](const std::string& text) { return json_quoted(text); });
}
Value squote(const TemplateCall& call) {
  return all_quoted(call, [](const std::string& text) { return "'" + text + "'"; });
}

/// As a form's value in a URL: a blank is a plus.
Value urlquery(const TemplateCall& call) {
  return base::replace_all(base::percent_encoded(text_argument(call, 0)), "%20", "+");
}

Value b64enc(const TemplateCall& call) {
  return base::base64(text_argument(call, 0));
}

Value b64dec(const TemplateCall& call) {
  const auto result = base::from_base64(base::trim(text_argument(call, 0)));
  if (!result) throw base::Error("b64dec: the text is not base64");
  if (!base::is_utf8(*result)) throw base::Error("b64dec: what is decoded is not text");
  return *result;
}

/// The regular expression of argument 0, the work on a text of so many bytes paid. The time grows with the
/// text alone, but for a large pattern, whose automaton may be built anew again and again.
Regex regex_argument(const TemplateCall& call, std::size_t bytes) {
  constexpr std::size_t kCompiling = 500;
  constexpr std::size_t kLarge = 1000;
  std::string problem;
  auto regex = Regex::compile(text_argument(call, 0), problem);
  if (!regex) throw base::Error(fmt::format("{}: {}", call.name, problem));
  call.budget.spend(kCompiling + regex->size() + bytes / 16 * (1 + regex->size() / kLarge));
  return std::move(*regex);
}

Value regex_match(const TemplateCall& call) {
  const std::string text = text_argument(call, 1);
  return regex_argument(call, text.size()).occurs_in(text);
}

/// `regexReplaceAll pattern text replacement`
Value regex_replace_all(const TemplateCall& call) {
  const std::string text = text_argument(call, 1);
  const std::string replacement = text_argument(call, 2);
  return regex_argument(call, text.size()).replace_all(text, replacement, call.budget.text_bytes());
}

constexpr std::array kEncodingFunctions = std::to_array<TemplateFunction>({
    {"toJson", 1, 1, to_json_text, kRefused},
    {"toRawJson", 1, 1, to_json_text, kRefused},
    {"toPrettyJson", 1, 1, to_pretty_json, kRefused},
    {"fromJson", 1, 1, from_json, kRefused},
    {"quote", 1, kMany, quote, kRefused},
    {"squote", 1, kMany, squote, kRefused},
    {"urlquery", 1, 1, urlquery, kRefused},
    {"b64enc", 1, 1, b64enc, kRefused},
    {"b64dec", 1, 1, b64dec, kRefused},
    {"regexMatch", 2, 2, regex_match, kRefused},
    {"regexReplaceAll", 3, 3, regex_replace_all, kRefused},
});

}  // namespace

std::span<const TemplateFunction> encoding_functions() {
  return kEncodingFunctions;
}

}  // namespace iter8::config
