#include "experiment/step.h"

namespace iter8::experiment {

bool Experiment::is_shard() const {
  for (const std::vector<Step>* section : {&setup, &tasks, &finally})
    for (const Step& step : *section)
      if (const auto shards = step.task->shards(); shards && !shards->is_whole()) return true;
  return false;
}

const std::vector<Step>& steps_of(const Experiment& experiment, Section section) {
  if (section == Section::setup) return experiment.setup;
  return section == Section::tasks ? experiment.tasks : experiment.finally;
}

bool is_tolerated(const Experiment& experiment, const Execution& execution) {
  const std::vector<Step>& steps = steps_of(experiment, execution.section);
  return execution.index < steps.size() && steps[execution.index].continue_on_error;
}

std::size_t number_of(const Experiment& experiment, const Step& step) {
  std::size_t before = 0;
  if (step.section != Section::setup) before += experiment.setup.size();
  if (step.section == Section::finally) before += experiment.tasks.size();
  return before + step.index + 1;
}

}  // namespace iter8::experiment
