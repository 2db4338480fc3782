#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

#include "base/host_policy.h"
#include "base/secrets.h"
#include "experiment/catalog.h"
#include "tasks/http/options.h"

namespace iter8::tasks::http {

/// Whether requests have a body (or, as with an empty payloadStr, were meant to).
bool has_payload(const HttpOptions& options);

/// Reports a payloadURL that is not a URL and a payloadFile that does not exist. After a script the latter is
/// a warning only: the script may be what makes the file, as in the files that older charts wrote.
void check_payload(const HttpOptions& options, experiment::BuildContext& context);

/// The body: of payloadFile, else fetched from payloadURL (within 10 s), else payloadStr. Throws base::Error.
std::string payload_of(const HttpOptions& options, const std::filesystem::path& directory,
                       const base::Secrets& secrets, const base::HostPolicy& hosts,
                       const std::stop_token& stop);

}  // namespace iter8::tasks::http
