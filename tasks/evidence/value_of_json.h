#pragma once

#include "config/value/value.h"
#include "experiment/result/result_document.h"

namespace iter8::tasks {

/// The same document as a value for templates; maps keep their order. The inverse is experiment::to_json.
config::Value value_of(const experiment::Json& document);

}  // namespace iter8::tasks
