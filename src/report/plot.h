#pragma once

#include <string>

#include "experiment/result/result.h"

namespace iter8::report {

/// Pictures of a result for places that load no charting library. All return an empty text when the result
/// has nothing to draw.

/// Histograms as bars of block characters, one line a bin, for places that show text in fixed width: of at
/// most three metrics, one below the other, each version by itself. Texts from outside are made printable.
std::string text_plots(const experiment::Result& result);

/// Histograms for a page: an inline SVG for each metric with one line a version, a title that says what it
/// is, and a legend. Safe inside HTML.
std::string svg_histograms(const experiment::Result& result);

/// How loads went over time, for a page: of the last iteration of each load, plots of requests, errors and
/// latency with all versions in one picture, and the same numbers as a table that unfolds. Safe inside HTML.
std::string svg_load_series(const experiment::Result& result);

}  // namespace iter8::report
