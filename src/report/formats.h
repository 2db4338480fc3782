#pragma once

#include <string>

#include "experiment/result.h"

namespace iter8::report {

/// For terminals and logs, near the layout of older Iter8. ASCII frames, no colour; texts from outside are
/// made printable.
std::string text(const experiment::Result& result);

/// GitHub-flavoured Markdown, verdict first; texts from outside are escaped.
std::string markdown(const experiment::Result& result);

/// The document of result.yaml as JSON.
std::string json(const experiment::Result& result);

}  // namespace iter8::report
