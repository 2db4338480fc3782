// Replies of the process that evaluates jq programs: outputs within the limits, or a clean error whose text
// is harmless.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "web/jq_exchange.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const iter8::web::JqLimits limits{.outputs = 100, .bytes = 10'000};
  try {
    const auto outputs = iter8::web::parse_jq_reply({reinterpret_cast<const char*>(data), size}, limits);
    if (outputs.size() > limits.outputs) std::abort();
  } catch (const iter8::base::Error& error) {
    for (const char c : std::string_view(error.what()))
      if (static_cast<unsigned char>(c) < ' ') std::abort();
  }
  return 0;
}
