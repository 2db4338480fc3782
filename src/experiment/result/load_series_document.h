#pragma once

#include "experiment/result/load_series.h"
#include "experiment/result/result_document.h"
#include "experiment/result/result_reader.h"

namespace iter8::experiment {

/// One list per figure with an entry for each block, which is far smaller than one object per block.
Json to_document(const LoadSeries& series);
/// The inverse, for a result with so many versions. Throws base::Error with the path of what is wrong.
LoadSeries load_series_of(const DocumentReader& object, std::size_t versions);

}  // namespace iter8::experiment
