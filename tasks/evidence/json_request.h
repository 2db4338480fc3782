#pragma once

#include <string>

#include "experiment/result/result_document.h"
#include "web/message.h"

namespace iter8::tasks {

/// A POST of this document.
web::Request json_request(std::string url, const experiment::Json& document);

}  // namespace iter8::tasks
