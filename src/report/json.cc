#include <nlohmann/json.hpp>

#include "experiment/result/result_document.h"
#include "report/formats.h"

namespace iter8::report {

std::string json(const experiment::Result& result) {
  using experiment::Json;
  // A byte that is not UTF-8 becomes U+FFFD: one odd message must not cost the whole report.
  return experiment::to_document(result).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace iter8::report
