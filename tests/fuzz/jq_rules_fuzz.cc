// What jq expressions may name: any text is passed or refused with a place in it.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "web/jq_rules.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    iter8::web::refuse_outside_access({reinterpret_cast<const char*>(data), size});
  } catch (const iter8::base::Error& error) {
    if (!std::string_view(error.what()).starts_with("jq: line ")) std::abort();
  }
  return 0;
}
