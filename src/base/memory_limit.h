#pragma once

#include <cstddef>

namespace iter8::base {

/// From now on this process may map so many bytes beside what is mapped already, which differs from build to
/// build (sanitizers map terabytes); what needs more fails to get it. For a child process that reads what
/// strangers wrote. Without /proc nothing is limited.
void limit_memory(std::size_t bytes);

}  // namespace iter8::base
