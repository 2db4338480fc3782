#pragma once

#include <optional>
#include <string>

#include "experiment/version.h"
#include "net/url.h"

namespace iter8::tasks {

/// The version's own `url`; nothing when it is null, because the version is not loaded. Throws base::Error
/// when there is none, or it is not text.
std::optional<std::string> url_of_version(const experiment::Version& version);

/// Throws base::Error naming the text and what is wrong with it.
net::Url parse_url_or_throw(const std::string& text);

/// With a leading slash the path takes the place of the URL's path and query, else it is appended. Throws
/// base::Error when it cannot be a part of a URL.
void apply_path(net::Url& url, const std::string& path);

}  // namespace iter8::tasks
