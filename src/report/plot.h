#pragma once

#include <string>

#include "experiment/result/result.h"

namespace iter8::report {

/// Pictures of a result for places that show text. Empty when the result has nothing to draw.

/// Histograms as bars of block characters, one line a bin, for places that show text in fixed width: of at
/// most three metrics, one below the other, each version by itself. Texts from outside are made printable.
std::string text_plots(const experiment::Result& result);

}  // namespace iter8::report
