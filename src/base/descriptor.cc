#include "base/descriptor.h"

#include <unistd.h>

namespace iter8::base {

void Descriptor::reset() {
  // Not retried on EINTR: on Linux the descriptor is gone either way, and a second close could hit a new
  // owner.
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

}  // namespace iter8::base
