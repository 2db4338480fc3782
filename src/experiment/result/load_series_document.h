#pragma once

#include "experiment/result/load_series.h"
#include "experiment/result/result_document.h"
#include "experiment/result/result_reader.h"

namespace iter8::experiment {

/// One list a figure, as long as there are blocks: a fraction of the size of one object a block.
Json to_document(const LoadSeries& series);
/// Throws base::Error with the place where the document is not such a series of one of so many versions.
LoadSeries load_series_of(const DocumentReader& object, std::size_t versions);

}  // namespace iter8::experiment
