#include "tasks/metrics/source.h"

namespace iter8::tasks::metrics {

Answer HttpSource::ask(const QueryInput& input, QueryContext& query_context) const {
  web::Request to_send = request(input, query_context.directory);
  to_send.repeat = web::Repeat::always;  // a query changes nothing
  authorize(to_send, query_context);
  const web::Response response = query_context.client.send_expecting_success(to_send, query_context.stop);
  return answer(response.body, input, query_context.stop);
}

std::vector<std::string> HttpSource::plan(const QueryInput& input) const {
  return web::plan_text(request(input, {}));
}

}  // namespace iter8::tasks::metrics
