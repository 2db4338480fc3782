#include "tasks/evidence/json_request.h"

#include "tasks/evidence/event_document.h"

namespace iter8::tasks {

web::Request json_request(std::string url, const experiment::Json& document) {
  return {.method = "POST",
          .url = std::move(url),
          .headers = {{"Content-Type", "application/json"}},
          .body = to_text(document)};
}

}  // namespace iter8::tasks
