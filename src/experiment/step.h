#pragma once

#include "experiment/model.h"
#include "experiment/result/result.h"

namespace iter8::experiment {

/// The steps of one section.
const std::vector<Step>& steps_of(const Experiment& experiment, Section section);

/// Whether a failure of this execution does not fail the run, because its step says continueOnError.
bool is_tolerated(const Experiment& experiment, const Execution& execution);

/// The number of the step in the whole experiment, from 1.
std::size_t number_of(const Experiment& experiment, const Step& step);

}  // namespace iter8::experiment
