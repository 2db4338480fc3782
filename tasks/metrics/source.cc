#include "tasks/metrics/source.h"

namespace iter8::tasks::metrics {

Answer HttpSource::ask(const Question& question, Asking& asking) const {
  web::Request to_send = request(question, asking.directory);
  to_send.repeat = web::Repeat::always;  // a query changes nothing
  authorize(to_send, asking);
  const web::Response response = asking.client.send_expecting_success(to_send, asking.stop);
  return answer(response.body, question, asking.stop);
}

std::vector<std::string> HttpSource::plan(const Question& question) const {
  return web::plan_text(request(question, {}));
}

}  // namespace iter8::tasks::metrics
