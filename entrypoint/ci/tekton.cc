#include "entrypoint/ci/tekton.h"

#include "base/file.h"
#include "base/text.h"
#include "report/outputs.h"
#include "summary/remarks.h"

namespace iter8::ci {
namespace {

constexpr const char* kFolder = "/tekton/results";
// The results go through JSON in a message of 4096 bytes, in which each of these bytes may become six.
constexpr std::size_t kLongestTektonSummary = 300;

}  // namespace

bool is_tekton(const base::Environment& environment) {
  return environment.has("ITER8_TEKTON_RESULTS") || std::filesystem::is_directory(kFolder);
}

Tekton::Tekton(const base::Environment& environment) : environment_(environment), folder_(kFolder) {
  if (environment.has("ITER8_TEKTON_RESULTS"))
    folder_ = std::filesystem::path(*environment.get("ITER8_TEKTON_RESULTS")).parent_path();
}

Inputs Tekton::inputs() const {
  return read_inputs(environment_, Spelling::plain);
}

void Tekton::publish(const Ending& ending, std::ostream& /*out*/) {
  report::Outputs outputs = report::outputs_of(ending.result);
  outputs.emplace_back("summary",
                       base::printable(summary::summary_sentence(ending.result), kLongestTektonSummary));
  for (const auto& [name, value] : outputs) base::write_file_atomically(folder_ / name, value);
}

}  // namespace iter8::ci
