#pragma once

#include "experiment/result/load_series.h"
#include "experiment/result/result_document.h"
#include "experiment/result/result_reader.h"

namespace iter8::experiment {

/// The slices of a series with what their figures mean; null when there are none. Their figures are one text
/// (see slice_text.h), packed: zlib, then base64.
Json slices_document(const LoadSeries& series);

/// The inverse, into the series. Throws base::Error with the path of what is wrong.
void read_slices(const DocumentReader& object, LoadSeries& series);

}  // namespace iter8::experiment
