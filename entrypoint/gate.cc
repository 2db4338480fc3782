#include "entrypoint/gate.h"

#include <ostream>
#include <vector>

#include "base/text.h"
#include "entrypoint/assertion.h"

namespace iter8::entrypoint {

int run_gate(const experiment::Result& result, Process& process) {
  const std::vector<Finding> findings = evaluate_gate(result);
  for (const Finding& finding : findings)
    if (finding.answer != Answer::holds) process.err << "gate: " << base::log_line(finding.line) << "\n";
  return exit_code_of(findings);
}

}  // namespace iter8::entrypoint
