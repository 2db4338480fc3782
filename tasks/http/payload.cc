#include "tasks/http/payload.h"

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "net/url.h"
#include "web/client.h"

namespace iter8::tasks::http {

namespace {

constexpr std::size_t kFileLimit = 64 * 1024 * 1024;
constexpr std::chrono::seconds kFetchLimit{10};

}  // namespace

bool has_payload(const HttpOptions& options) {
  return options.payload_text || options.payload_url || options.payload_file;
}

void check_payload(const HttpOptions& options, experiment::BuildContext& context) {
  config::Problems& problems = context.problems;
  if (options.payload_url) {
    std::string problem;
    const auto url = net::parse_url(options.payload_url->value, problem);
    if (url && !url->socket_path.empty()) problem = "expected http or https";
    if (!problem.empty())
      problems.error(options.payload_url->position,
                     "payloadURL '" + base::printable(options.payload_url->value) + "': " + problem);
  }
  if (!options.payload_file) return;
  const auto path = context.directory / options.payload_file->value;
  std::error_code error;
  if (std::filesystem::exists(path, error)) return;
  const std::string message = "payloadFile " + base::printable(path.string()) + " does not exist";
  if (context.after_script)
    problems.warning(options.payload_file->position, message + " yet");
  else
    problems.error(options.payload_file->position, message);
}

std::string payload_of(const HttpOptions& options, const std::filesystem::path& directory,
                       const base::Secrets& secrets, const base::HostPolicy& hosts,
                       const std::stop_token& stop) {
  if (options.payload_file) return base::read_file(directory / options.payload_file->value, kFileLimit);
  if (options.payload_url)
    return web::send_expecting_success({.url = options.payload_url->value, .timeout = kFetchLimit}, secrets,
                                       stop, hosts)
        .body;
  return options.payload_text.value_or("");
}

}  // namespace iter8::tasks::http
