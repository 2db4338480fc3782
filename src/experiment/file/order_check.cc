#include "experiment/file/order_check.h"

#include <set>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "experiment/file/metric_check.h"
#include "experiment/metric/metric_name.h"
#include "experiment/step.h"

namespace iter8::experiment {

namespace {

std::vector<const Step*> steps_in_order(const Experiment& experiment) {
  std::vector<const Step*> steps;
  for (const Section section : {Section::setup, Section::tasks, Section::finally})
    for (const Step& step : steps_of(experiment, section)) steps.push_back(&step);
  return steps;
}

/// The first step that measures it; the number of steps where none does.
std::size_t first_producer(const std::vector<const Step*>& steps, const std::string& metric) {
  std::size_t index = 0;
  while (index < steps.size() && !produces(*steps[index]->task, metric)) ++index;
  return index;
}

}  // namespace

void check_order(const Experiment& experiment, config::Problems& problems) {
  const std::vector<const Step*> steps = steps_in_order(experiment);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    std::set<std::size_t> reported;
    for (const MetricReference& reference : steps[i]->task->consumes()) {
      const std::size_t producer = first_producer(steps, canonical_metric_name(reference.name));
      if (producer <= i || producer == steps.size() || !reported.insert(producer).second) continue;
      const Step& later = *steps[producer];
      const std::string which =
          fmt::format("'{}' is measured by task {} ({})", base::printable(reference.name),
                      number_of(experiment, later), base::printable(later.title()));
      const bool is_repeated = later.section == Section::tasks && steps[i]->section == Section::tasks &&
                               experiment.loop.iterations > 1;
      if (is_repeated)
        problems.warning(reference.position, which + ", which runs later: the first iteration has no data");
      else
        problems.objection(reference.position, which + ", which runs later; put this task behind it");
    }
  }
}

}  // namespace iter8::experiment
