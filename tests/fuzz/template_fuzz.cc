// Templates come from the file, from providers' specifications and from payload files. Whatever they are,
// parsing and rendering end, within the output they may make, with a text or a message.
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "config/template/template.h"
#include "config/yaml/document.h"

namespace {

using namespace iter8::config;

Value data() {
  Problems problems("data");
  return to_value(
      *parse_document("{version: {name: candidate, url: 'http://c', weight: 20}, list: [3, a, 1.5, [x]], "
                      "counts: {b: 2, a: 1}, "
                      "nothing: ~, time: '2026-03-04T15:06:07Z', text: \"one\\ntwo\"}",
                      problems));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const Value values = data();
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const RenderOptions options = {.output_bytes = 65536, .steps = 20'000, .now = iter8::base::WallTime{}};
  Problems problems("fuzz");
  const auto parsed = Template::parse(text, {1, 1}, problems);
  if (problems.has_errors() == parsed.has_value()) abort();
  if (!parsed) return 0;
  if (parsed->is_constant() && parsed->render(values) != text) abort();
  for (const TemplateField& field : parsed->fields())
    if (field.path.empty() || field.position.line < 1) abort();
  if (parsed->is_constant()) return 0;
  try {
    if (parsed->render(values, options).size() > options.output_bytes) abort();
  } catch (const iter8::base::Error& error) {
    if (!std::string_view(error.what()).starts_with("line ")) abort();
  }
  return 0;
}
