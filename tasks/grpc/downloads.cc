#include "tasks/grpc/downloads.h"

#include <array>
#include <chrono>
#include <optional>
#include <string>

#include "base/file.h"
#include "base/host_policy.h"
#include "web/client.h"

namespace iter8::tasks::grpc {

namespace {

using File = std::optional<config::Located<std::string>>;

constexpr std::chrono::seconds kFetchLimit{10};
constexpr std::size_t kLargestFile = 64 * 1024 * 1024;

struct Download {
  const File& url;
  File& file;
  const char* name;
};

}  // namespace

Downloads::Downloads(const GrpcOptions& options, const experiment::Context& context) : options_(options) {
  const UrlOptions& urls = options.urls;
  const std::array downloads = {Download{urls.proto, options_.proto, "service.proto"},
                                Download{urls.protoset, options_.protoset, "service.protoset"},
                                Download{urls.data, options_.data_file, "messages.json"},
                                Download{urls.binary, options_.binary_file, "message.bin"},
                                Download{urls.metadata, options_.metadata_file, "metadata.json"}};
  for (const Download& download : downloads) {
    if (!download.url) continue;
    if (!folder_) folder_ = std::make_unique<base::TemporaryFolder>("iter8-grpc-");
    const web::Response response =
        web::Client(context.secrets, context.clock,
                    {.hosts = base::HostPolicy::of(context.environment), .log = &context.log})
            .send_expecting_success(
                {.url = download.url->value, .timeout = kFetchLimit, .response_limit = kLargestFile},
                context.stop);
    const std::filesystem::path path = folder_->path() / download.name;
    base::write_file_atomically(path, response.body);
    download.file = {path.string(), download.url->position};
  }
}

}  // namespace iter8::tasks::grpc
