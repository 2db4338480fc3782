#pragma once

#include <filesystem>
#include <memory>

#include "base/temporary_folder.h"
#include "experiment/task.h"
#include "tasks/grpc/options.h"

namespace iter8::tasks::grpc {

/// The files that older experiments name by URLs, fetched when the task runs, and the options in which they
/// take the place of the URLs. Nothing is fetched, and no folder made, where there are none. The files last
/// as long as this.
class Downloads {
 public:
  /// Within ten seconds a file. Throws base::Error.
  Downloads(const GrpcOptions& options, const experiment::Context& context);

  const GrpcOptions& options() const { return options_; }

 private:
  GrpcOptions options_;
  std::unique_ptr<base::TemporaryFolder> folder_;
};

}  // namespace iter8::tasks::grpc
