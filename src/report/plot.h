#pragma once

#include <string>

#include "experiment/result/result.h"

namespace iter8::report {

/// The histograms of the result as bars of block characters, one line a bin, for places that show text in
/// fixed width: at most three metrics, one below the other. Texts from outside are made printable. Empty when
/// there is nothing to draw.
std::string text_plots(const experiment::Result& result);

/// The same for a page: one inline SVG a histogram, one line a version, with a title that says what it is.
/// Safe inside HTML.
std::string svg_histograms(const experiment::Result& result);

/// How loads went over time, for a page: of the last iteration of each load, plots of requests, errors and
/// latency, the versions in one picture, and the numbers as a table that unfolds. Safe inside HTML. Empty
/// when the result has no courses.
std::string svg_load_series(const experiment::Result& result);

}  // namespace iter8::report
