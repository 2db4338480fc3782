// What notify reads from outside (its history file, the CI system's event, mail addresses) is read or
// refused, and what was read is written as it was.
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "forge/place.h"
#include "tasks/notify/history.h"
#include "tasks/notify/mime.h"

using namespace iter8;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const tasks::notify::History history = tasks::notify::History::parse(text);
    const std::string written = history.to_text();
    if (tasks::notify::History::parse(written).to_text() != written) abort();
  } catch (const base::Error&) {
  }
  static_cast<void>(forge::origin_of_event(nlohmann::ordered_json::parse(text, nullptr, false)));
  const auto address = tasks::notify::parse_mail_address(text);
  if (address && address->address.find_first_of("\r\n <>") != std::string::npos) abort();
  return 0;
}
