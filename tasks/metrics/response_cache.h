#pragma once

#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <string>

namespace iter8::tasks::metrics {

/// What was fetched for one collection of metrics, so that all that are read from one page are read from the
/// same one: their numbers agree, and the page is asked for once. Thread-safe.
class ResponseCache {
 public:
  /// What `fetch` returned or threw when this key was first asked for; waits while another thread fetches it.
  std::string get(const std::string& key, const std::function<std::string()>& fetch);

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_future<std::string>> responses_;
};

}  // namespace iter8::tasks::metrics
