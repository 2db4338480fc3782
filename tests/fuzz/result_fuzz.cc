// Results come from other machines, as artifacts of jobs that anybody may have started. What is read can be
// written and read again, and merged with itself or refused. Other texts than JSON are read as
// slices of a load, which a result holds packed.
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "experiment/result/merge.h"
#include "experiment/result/result_document.h"
#include "experiment/result/slice_text.h"
#include "web/foreign_json.h"

namespace {

using namespace iter8::experiment;

void check_readable(const Result& result) {
  const Json document = to_document(result);
  try {
    if (to_document(from_document(document)) != document) abort();
    // A name with a zero byte, which YAML cannot hold, comes from no file and no task.
    if (document.dump().find("\\u0000") != std::string::npos) return;
    if (to_document(parse_result(to_yaml(document))) != document) abort();
  } catch (const iter8::base::Error&) {
    abort();
  }
}

void read_slices(std::string_view text) {
  const SliceLayout layout{.limits = 1, .error_classes = 2, .is_capped = true};
  try {
    const auto slices = slices_of_text(text, layout);
    const std::string written = to_text(slices, layout);
    if (to_text(slices_of_text(written, layout), layout) != written) abort();
  } catch (const iter8::base::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const Json document = iter8::web::parse_foreign_ordered_json(input);
  if (document.is_discarded()) {
    read_slices(input);
    return 0;
  }
  try {
    const Result result = from_document(document);
    check_readable(result);
    Result second = result;
    for (Execution& execution : second.executions)
      if (execution.shards)
        for (int& number : execution.shards->numbers) number = execution.shards->of - number + 1;
    check_readable(merge_shards({{"one", result}}, Missing::noted));
    check_readable(merge_shards({{"one", result}, {"two", second}}, Missing::noted));
  } catch (const iter8::base::Error&) {
  }
  return 0;
}
