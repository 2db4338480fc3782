#include "tasks/evidence/fitting.h"

#include <fmt/format.h>

#include "base/error.h"
#include "tasks/evidence/event_document.h"

namespace iter8::tasks {

Fitted fitted(std::size_t count, std::size_t limit,
              const std::function<experiment::Json(std::size_t)>& make) {
  const auto fits = [limit](const experiment::Json& document) { return to_text(document).size() <= limit; };
  experiment::Json whole = make(count);
  if (fits(whole)) return {.document = std::move(whole), .note = {}};

  std::size_t good = 0;  // what is known to fit, if anything does
  std::size_t bad = count;
  while (good + 1 < bad) {
    const std::size_t middle = good + (bad - good) / 2;
    (fits(make(middle)) ? good : bad) = middle;
  }
  Fitted result{.document = make(good),
                .note = fmt::format("{} of {} objectives are left out", count - good, count)};
  if (!fits(result.document))
    throw base::Error(fmt::format("the message does not fit into the receiver's {} bytes", limit));
  return result;
}

}  // namespace iter8::tasks
