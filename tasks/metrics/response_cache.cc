#include "tasks/metrics/response_cache.h"

#include <exception>

namespace iter8::tasks::metrics {

std::string ResponseCache::get(const std::string& key, const std::function<std::string()>& fetch) {
  std::promise<std::string> promise;
  std::shared_future<std::string> response;
  bool is_first = false;
  {
    const std::lock_guard lock(mutex_);
    auto& known = responses_[key];
    is_first = !known.valid();
    if (is_first) known = promise.get_future().share();
    response = known;
  }
  if (is_first) {
    try {
      promise.set_value(fetch());
    } catch (...) {
      promise.set_exception(std::current_exception());
    }
  }
  return response.get();
}

}  // namespace iter8::tasks::metrics
