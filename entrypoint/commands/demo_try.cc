#include "entrypoint/commands/demo_try.h"

#include <ostream>

#include <fmt/format.h>
#include <signal.h>

#include "entrypoint/commands/load.h"
#include "entrypoint/stop_signals.h"

namespace iter8::entrypoint {

namespace {

/// Long enough to certify at most 1 % of errors when one request in a thousand fails.
LoadRequest try_request(const demo::Options& options, const demo::Applications& applications) {
  LoadRequest request{.duration = "8s", .rate = "100", .objectives = {"p99<250ms", "error-rate<1%"}};
  request.urls = {demo::url_of(options, *applications.back())};
  if (applications.size() > 1) {
    request.urls = {demo::url_of(options, *applications[1])};
    request.against = demo::url_of(options, *applications[0]);
  }
  return request;
}

/// What a user would type for the same.
std::string command_of(const LoadRequest& request) {
  std::string text = "iter8 load " + request.urls.front();
  if (!request.against.empty()) text += " --against " + request.against;
  text += fmt::format(" -d {} -q {}", request.duration, request.rate);
  for (const std::string& objective : request.objectives) text += fmt::format(" --slo '{}'", objective);
  return text + fmt::format(" -r html={}", demo::kTryReport);
}

}  // namespace

int run(const demo::Options& options, Process& process) {
  if (!options.tries) return demo::run(options, process.out);
  // Before the servers have threads: a signal is for the load, which ends in order.
  const sigset_t signals = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  demo::Options serving = options;
  serving.port = 0;
  const demo::Applications applications = demo::start_applications(serving);
  for (const auto& application : applications)
    process.err << fmt::format("serving {} on {}\n", application->name(),
                               demo::url_of(serving, *application));
  LoadOptions load{.request = try_request(serving, applications),
                   .reports = {std::string("html=") + demo::kTryReport}};
  process.err << "$ " << command_of(load.request) << std::endl;
  const int code = run(load, process);
  process.err << fmt::format("wrote {}: open it in a browser\n", demo::kTryReport);
  return code;
}

}  // namespace iter8::entrypoint
