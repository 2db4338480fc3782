#pragma once

#include <string>

#include "experiment/result/result.h"
#include "report/text_style.h"

namespace iter8::report {

/// The report of `iter8 gen`: order and words of older Iter8, tables as wide as they are. ASCII frames, no
/// colour.
std::string older_text(const experiment::Result& result, Scope scope);

}  // namespace iter8::report
