#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "experiment/result/result_document.h"

namespace iter8::tasks {

/// A document that was made to fit a receiver's limit.
struct Fitted {
  experiment::Json document;
  std::string note;  // "2 of 40 objectives are left out", or empty
};

/// The document with as many of `count` objectives as keep its text within `limit` bytes. `make(n)` builds it
/// with the first n, and says in it itself what is left out. Throws base::Error when it does not fit without
/// any.
Fitted fitted(std::size_t count, std::size_t limit, const std::function<experiment::Json(std::size_t)>& make);

}  // namespace iter8::tasks
