#include "tasks/load/target_url.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace iter8::tasks {

std::optional<std::string> url_of_version(const experiment::Version& version) {
  const config::Value* url = version.find("url");
  if (!url) throw base::Error("no url: give the task a url, or every version one (null = not loaded)");
  if (url->is_null()) return std::nullopt;
  if (!url->text()) throw base::Error(fmt::format("expected text as its url, found {}", url->kind_name()));
  return *url->text();
}

net::Url parse_url_or_throw(const std::string& text) {
  std::string problem;
  const auto url = net::parse_url(text, problem);
  if (!url) throw base::Error("url '" + base::printable(text, 2000) + "': " + problem);
  return *url;
}

void apply_path(net::Url& url, const std::string& path) {
  if (path.empty()) return;
  std::string target = path;
  if (!path.starts_with('/')) {
    target = url.target.substr(0, url.target.find('?'));
    target += (target.ends_with('/') ? "" : "/") + path;
  }
  url.target = parse_url_or_throw("http://localhost" + target).target;
}

}  // namespace iter8::tasks
