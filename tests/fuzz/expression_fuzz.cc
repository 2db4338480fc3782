// A condition is parsed when the file is loaded and evaluated between tasks. Whatever it is, both end, with a
// value or a message.
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "config/expression/expression.h"

namespace {

using namespace iter8::config;

class Names final : public Scope {
 public:
  Value call(std::string_view name, std::span<const Value> arguments) const override {
    if (name == "SLOs") return true;
    if (arguments.empty()) return "none";
    if (arguments[0].text() && arguments[0].text()->empty())
      throw iter8::base::Error("no metric has an empty name");
    return arguments[0] == Value("m") ? Value(0.25) : Value();
  }
  Value field(std::string_view path) const override {
    if (path == "Result.NumLoops") return 3;
    return Value::List{Value::Map{{"name", "stable"}},
                       Value::Map{{"name", "candidate"}, {"weights", Value::List{1, 2.5}}}};
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Vocabulary vocabulary = {.functions = {{"SLOs", 0, 0}, {"Metric", 1, 2}, {"Winner", 0, 0}},
                                        .fields = {"Result.NumLoops", "Result.Insights.*", "versions"}};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Problems problems("fuzz");
  const auto expression = Expression::parse(text, {1, 1}, vocabulary, problems);
  if (problems.has_errors() == expression.has_value()) abort();
  if (!expression) return 0;
  for (const FunctionLiteral& literal : expression->function_literals())
    if (literal.position.line < 1 || literal.position.column < 1) abort();
  try {
    expression->evaluate(Names());
  } catch (const iter8::base::Error& error) {
    if (std::string_view(error.what()).empty()) abort();
  }
  return 0;
}
