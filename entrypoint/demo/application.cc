#include "entrypoint/demo/application.h"

#include <limits>

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "base/error.h"
#include "entrypoint/demo/connection.h"
#include "entrypoint/demo/thread_pool.h"

namespace iter8::demo {
namespace {

// httplib listens with a backlog of 5: a load test that opens its connections at once would wait for
// retransmissions.
constexpr int kBacklog = 1024;

constexpr const char* kJson = "application/json";

}  // namespace

Application::Application(const Behavior& behavior, const std::string& host, int port, std::uint64_t seed)
    : behavior_(behavior),
      errors_(behavior.errors),
      conversions_(behavior.conversion),
      latencies_(behavior, seed),
      stop_(::eventfd(0, EFD_CLOEXEC)) {
  if (!stop_) throw base::Error("cannot make an eventfd for the demo application");
  new_task_queue = [] { return new ThreadPool; };  // httplib owns it
  set_keep_alive_max_count(std::numeric_limits<int>::max());
  set_keep_alive_timeout(kIdle.count());
  set_tcp_nodelay(true);
  add_routes();
  bind(host, port);
  acceptor_ = std::jthread([this] {
    listen_after_bind();
    ended_ = true;
  });
}

Application::~Application() {
  ::eventfd_write(stop_.get(), 1);
  // httplib ignores a stop that comes before its accept loop has begun.
  while (!is_running() && !ended_) std::this_thread::yield();
  stop();
}

void Application::bind(const std::string& host, int port) {
  int listener = -1;
  set_socket_options([&listener](socket_t socket) {
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    listener = socket;
  });
  port_ = port == 0 ? bind_to_any_port(host) : (bind_to_port(host, port) ? port : -1);
  if (port_ <= 0 || ::listen(listener, kBacklog) != 0) {
    throw base::Error(
        fmt::format("{}: cannot listen on {}:{}; is the port in use?", behavior_.name, host, port));
  }
}

void Application::add_routes() {
  const auto home = [this](const httplib::Request&, httplib::Response& response) {
    if (admit(response)) response.set_content(fmt::format("{{\"version\":\"{}\"}}\n", behavior_.name), kJson);
  };
  const auto order = [this](const httplib::Request&, httplib::Response& response) {
    if (admit(response)) response.set_content(take_order(), kJson);
  };
  Get("/", home).Post("/", home).Get("/order", order).Post("/order", order);
  Get("/healthz", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("ok\n", "text/plain");
  });
  Get("/metrics", [this](const httplib::Request&, httplib::Response& response) {
    response.set_content(counters_.page(behavior_.name), "text/plain; version=0.0.4");
  });
}

bool Application::admit(httplib::Response& response) {
  const base::Duration latency = latencies_.next();
  wait(latency);
  counters_.count_request(latency);
  if (!errors_.next()) return true;
  counters_.count_error();
  response.status = 500;
  response.set_content("{\"error\":\"this version fails sometimes\"}\n", kJson);
  return false;
}

std::string Application::take_order() {
  const bool converted = conversions_.next();
  if (converted) counters_.count_order();
  return fmt::format("{{\"version\":\"{}\",\"converted\":{}}}\n", behavior_.name, converted);
}

/// Sleeps with the precision of the kernel's timers, and no longer than until the application ends.
void Application::wait(base::Duration time) const {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  const timespec limit = {seconds.count(), (time - seconds).count()};
  pollfd stopped = {stop_.get(), POLLIN, 0};
  ::ppoll(&stopped, 1, &limit, nullptr);
}

bool Application::process_and_close_socket(socket_t socket) {
  Connection connection(base::Descriptor(socket), stop_.get());
  bool closed = false;
  while (!closed && connection.wait_for_request()) {
    const bool served = process_request(connection, false, closed, nullptr);
    if (!connection.flush() || !served) return false;
  }
  return true;
}

}  // namespace iter8::demo
