#include "load/recorder.h"

namespace iter8::load {

void Recorder::answered(int status, base::Duration latency, base::Duration service) {
  const auto index = static_cast<std::size_t>(status);
  ++tally_.completed;
  ++finished_;
  ++statuses_[index];
  if (error_statuses_[index]) {
    ++tally_.errors[static_cast<std::size_t>(ErrorClass::status)];
    ++errors_;
  }
  tally_.service.record(service.count());
  ended(latency);
}

void Recorder::unexpected(int status, base::Duration latency, base::Duration service, std::string_view why) {
  answered(status, latency, service);
  if (error_statuses_[static_cast<std::size_t>(status)]) return;
  ++tally_.errors[static_cast<std::size_t>(ErrorClass::expect)];
  ++errors_;
  if (tally_.first_error.empty()) tally_.first_error = why;
}

void Recorder::failed(ErrorClass error, base::Duration latency, std::string_view why) {
  ++tally_.errors[static_cast<std::size_t>(error)];
  ++finished_;
  ++errors_;
  ended(latency);
  if (tally_.first_error.empty()) tally_.first_error = why;
}

void Recorder::ended(base::Duration latency) {
  tally_.latency.record(latency.count());
  for (std::size_t i = 0; i < limits_.size(); ++i) tally_.above[i] += latency > limits_[i] ? 1 : 0;
}

Tally Recorder::take() {
  for (std::size_t status = 0; status < kStatuses; ++status) {
    if (statuses_[status] > 0) tally_.statuses.emplace_back(static_cast<int>(status), statuses_[status]);
  }
  return std::move(tally_);
}

}  // namespace iter8::load
