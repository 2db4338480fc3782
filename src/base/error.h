#pragma once

#include <stdexcept>

namespace iter8::base {

/// This step, or this run, cannot go on. The message says where, what was found and what was expected.
/// Thrown anywhere below; caught only by the runner (a failed task) and by main (exit 1).
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The program was called wrongly, or its file is wrong: exit 2. Caught in main only.
class UsageError : public Error {
 public:
  using Error::Error;
};

}  // namespace iter8::base
