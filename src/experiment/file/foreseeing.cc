#include "experiment/file/foreseeing.h"

#include "experiment/step.h"

namespace iter8::experiment {

namespace {

void append(std::vector<PlannedLoad>& loads, const Step& step) {
  for (PlannedLoad& load : step.task->planned_loads()) loads.push_back(std::move(load));
}

}  // namespace

void foresee(const Experiment& experiment, config::Problems& problems) {
  Foresight foresight{.versions = experiment.versions, .iterations = experiment.loop.iterations};
  for (const Section section : {Section::setup, Section::tasks, Section::finally})
    for (const Step& step : steps_of(experiment, section)) {
      step.task->foresee(foresight, problems);
      append(section == Section::tasks ? foresight.repeated : foresight.once, step);
    }
}

}  // namespace iter8::experiment
