// Replacing ${…} must end for every scalar, leave no reference to a known variable behind, and report what it
// refuses.
#include <cstdint>
#include <cstdlib>

#include "config/yaml/document.h"
#include "config/yaml/env_reference.h"

using namespace iter8::config;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.find("file:") != std::string_view::npos)
    return 0;  // no reading of whatever files this machine has
  static const iter8::base::Environment environment(
      {{"A", "${A}"}, {"EMPTY", ""}, {"TOKEN", "secret-token"}});
  Problems problems("fuzz");
  auto node = parse_document(text, problems, {.bytes = 65536, .nodes = 2'000, .depth = 32});
  if (!node) return 0;
  iter8::base::Secrets secrets;
  expand_references(*node, {.environment = environment, .directory = "/nonexistent"}, secrets, problems);
  if (secrets.values().size() > 0 && secrets.mask("x secret-token").empty()) abort();
  return 0;
}
