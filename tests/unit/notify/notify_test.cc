#include <atomic>
#include <mutex>
#include <thread>

#include <catch2/catch.hpp>
#include <httplib.h>

#include "base/error.h"
#include "base/file.h"
#include "stories.h"
#include "tasks/notify/task.h"
#include "tasks/webhook/task.h"

using namespace iter8;
using namespace iter8::tasks;
using namespace iter8::tasks::notify;
using namespace iter8::tests;
using Catch::Contains;
using experiment::Json;
using experiment::Verdict;

namespace {

/// What somebody who is told gets.
class Receiver {
 public:
  Receiver() {
    server_.set_tcp_nodelay(true);
    server_.Post(".*", [this](const httplib::Request& request, httplib::Response& response) {
      take(request, response);
    });
    server_.Get("/template", [this](const httplib::Request&, httplib::Response& response) {
      response.status = template_status;
      response.set_content(payload_template, "text/plain");
    });
    server_.Get(".*", [this](const httplib::Request& request, httplib::Response& response) {
      take(request, response);
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~Receiver() {
    server_.stop();
    thread_.join();
  }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  std::string url(const std::string& path = "/hook") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  std::vector<httplib::Request> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  std::string payload_template;
  int template_status = 200;
  std::atomic<int> status = 200;

 private:
  void take(const httplib::Request& request, httplib::Response& response) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    response.status = status;
    response.set_content("ok", "text/plain");
  }

  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
  std::mutex mutex_;
  std::vector<httplib::Request> requests_;
};

/// The payload templates that came with Iter8 v0.11 for Slack and for GitHub's repository_dispatch.
const std::string kOlderSlack = R"T({
  "text": "Your Iter8 report is ready: {{ regexReplaceAll "\"" (regexReplaceAll "\n" (.Report | toPrettyJson) "\\n") "\\\""}}"
})T";
const std::string kOlderGithub = R"T({
  "event_type": "iter8",
  "client_payload": {{ .Report | toPrettyJson }}
})T";

}  // namespace

TEST_CASE("the older Slack template makes one JSON text, whatever stands in the report") {
  Receiver receiver;
  receiver.payload_template = kOlderSlack;
  tests::Workbench bench = story(Verdict::fail);
  bench.result.assessment->objectives[0].versions[1].reason = "says \"no\" \\ and\nmore";
  bench.run(notify_kind(), "{url: '" + receiver.url() + "', method: POST, payloadTemplateURL: '" +
                               receiver.url("/template") + "', softFailure: true}");
  REQUIRE(receiver.requests().size() == 1);
  const Json payload = Json::parse(receiver.requests()[0].body);
  const std::string text = payload["text"];
  CHECK_THAT(text, Contains("Your Iter8 report is ready: {"));
  const Json report = Json::parse(text.substr(text.find('{')));
  CHECK(report["experiment"]["result"]["insights"]["assessment"]["verdict"] == "fail");
}

TEST_CASE("the older GitHub template makes a dispatch with the report, within GitHub's ten keys") {
  Receiver receiver;
  receiver.payload_template = kOlderGithub;
  tests::Workbench bench = story(Verdict::pass);
  bench.result.executions.push_back({.task = "http"});
  bench.result.num_tasks = 2;
  bench.result.num_completed_tasks = 1;
  bench.run(notify_kind(), "{url: '" + receiver.url("/repos/acme/shop/dispatches") +
                               "', method: POST, headers: {Authorization: 'token ghp_0123456789', Accept: "
                               "'application/vnd.github+json'}, payloadTemplateURL: '" +
                               receiver.url("/template") + "'}");
  REQUIRE(receiver.requests().size() == 1);
  const httplib::Request request = receiver.requests()[0];
  CHECK(request.get_header_value("Authorization") == "token ghp_0123456789");
  CHECK(request.get_header_value("Accept") == "application/vnd.github+json");
  const Json payload = Json::parse(request.body);
  CHECK(payload["event_type"] == "iter8");
  const Json& report = payload["client_payload"];
  CHECK(report.size() <= 10);
  for (const char* key : {"timeStamp", "completed", "noTaskFailures", "numTasks", "numCompletedTasks",
                          "numLoops", "experiment"})
    CHECK(report.contains(key));
  CHECK(report["completed"] == false);
  CHECK(report["experiment"]["spec"] == Json::array({{{"task", "http"}}}));
  CHECK(request.body.find("ghp_") == std::string::npos);
}

TEST_CASE("templates with the names of Go's fields, and the later .Summary, work as well") {
  Receiver receiver;
  tests::Workbench bench = story(Verdict::pass);
  bench.result.num_tasks = 3;
  const std::string text =
      "{{ .Report.NumTasks }} {{ .Report.NoTaskFailures }} {{ .Report.Experiment.Result.NumCompletedTasks }} "
      "{{ .Summary.Experiment.Metadata.Name }} {{ .event.winner }} {{ .winner.tag }}";
  bench.run(notify_kind(), "{url: '" + receiver.url() + "', payloadTemplate: '" + text + "'}");
  REQUIRE(receiver.requests().size() == 1);
  CHECK(receiver.requests()[0].body == "3 true 0 checkout candidate v1.5");
  CHECK_THAT(receiver.requests()[0].get_header_value("Content-Type"), Contains("text/plain"));
}

TEST_CASE("without a payload a plain URL is fetched, with its parameters") {
  Receiver receiver;
  tests::Workbench bench = story(Verdict::pass);
  bench.run(notify_kind(), "{url: '" + receiver.url("/ping?a=1") + "', params: {'b c': 'd&e'}}");
  REQUIRE(receiver.requests().size() == 1);
  CHECK(receiver.requests()[0].method == "GET");
  CHECK(receiver.requests()[0].target == "/ping?a=1&b%20c=d%26e");
}

TEST_CASE("a message is sent only on the outcomes that `on` names") {
  Receiver receiver;
  tests::Workbench bench = story(Verdict::pass);
  const auto outcome =
      bench.run(notify_kind(), "{url: '" + receiver.url() + "', on: [failure, inconclusive]}");
  CHECK(receiver.requests().empty());
  CHECK(outcome.message == "nothing to tell: success is not among 'on'");
}

TEST_CASE("on: [change] sends when the outcome differs from the run before, and keeps it in a file") {
  Receiver receiver;
  const tests::ScratchDirectory scratch;
  const std::string yaml = "{url: '" + receiver.url() + "', on: [change], history: '" +
                           (scratch.path() / "h.json").string() + "'}";
  int hour = 0;
  const auto tell = [&](Verdict verdict) {
    tests::Workbench bench = story(verdict);
    bench.result.start += std::chrono::hours(++hour);
    bench.run(notify_kind(), yaml);
    return receiver.requests().size();
  };
  CHECK(tell(Verdict::pass) == 0);
  CHECK(tell(Verdict::fail) == 1);
  CHECK(tell(Verdict::fail) == 1);
  CHECK(tell(Verdict::pass) == 2);
  CHECK(tell(Verdict::pass) == 2);
}

TEST_CASE("a change that could not be told is told by the next run") {
  Receiver receiver;
  const tests::ScratchDirectory scratch;
  const std::string yaml = "{url: '" + receiver.url() + "', on: [change], softFailure: true, history: '" +
                           (scratch.path() / "h.json").string() + "'}";
  receiver.status = 400;
  tests::Workbench first = story(Verdict::fail);
  const auto outcome = first.run(notify_kind(), yaml);
  REQUIRE(outcome.warnings.size() == 1);
  CHECK_THAT(outcome.warnings[0].message, Contains("status 400"));
  receiver.status = 200;
  tests::Workbench second = story(Verdict::fail);
  second.result.start += std::chrono::hours(1);
  second.run(notify_kind(), yaml);
  CHECK(receiver.requests().size() == 2);
}

TEST_CASE("a refusal fails the task, names the place and not the secret, and is a warning when soft") {
  Receiver receiver;
  receiver.status = 404;
  const std::string url = receiver.url("/services/T000/B000/0123456789abcdef");
  tests::Workbench bench = story(Verdict::fail);
  CHECK_THROWS_WITH(bench.run(notify_kind(), "{channel: slack, url: '" + url + "'}"),
                    Contains("status 404") && !Contains("0123456789abcdef"));
  tests::Workbench soft = story(Verdict::fail);
  const auto outcome = soft.run(notify_kind(), "{channel: slack, url: '" + url + "', softFailure: true}");
  CHECK_THAT(outcome.message, Contains("not sent: ") && !Contains("0123456789abcdef"));
  CHECK(outcome.warnings.size() == 1);
}

TEST_CASE("a template that cannot be fetched or rendered fails the task even when failures are soft") {
  Receiver receiver;
  const std::string yaml = "{url: '" + receiver.url() + "', softFailure: true, payloadTemplateURL: '" +
                           receiver.url("/template") + "'}";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{{ .Report.nothing }}", "nothing"},
      {"{{ nofunction }}", "nofunction"},
      {"{{ if }}", "line 1"},
      {"  ", "made nothing"},
      {"{{ .secrets }}", "unknown field '.secrets'"}};
  for (const auto& [text, message] : cases) {
    INFO(text);
    receiver.payload_template = text;
    tests::Workbench bench = story(Verdict::pass);
    CHECK_THROWS_WITH(bench.run(notify_kind(), yaml), Contains(message));
  }
  receiver.template_status = 404;
  tests::Workbench bench = story(Verdict::pass);
  CHECK_THROWS_WITH(bench.run(notify_kind(), yaml), Contains("404"));
  CHECK(receiver.requests().empty());
}

TEST_CASE("a webhook is signed, and repeated attempts carry the same id") {
  Receiver receiver;
  tests::Workbench bench = story(Verdict::fail);
  const auto task =
      bench.build(webhook::webhook_kind(),
                  "{url: '" + receiver.url() + "', secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw}");
  REQUIRE(task);
  bench.run(*task);
  bench.run(*task);
  const auto requests = receiver.requests();
  REQUIRE(requests.size() == 2);
  for (const httplib::Request& request : requests) {
    CHECK_THAT(request.get_header_value("webhook-signature"), Catch::StartsWith("v1,"));
    CHECK_THAT(request.get_header_value("X-Hub-Signature-256"), Catch::StartsWith("sha256="));
    CHECK(request.get_header_value("Content-Type") == "application/json");
    CHECK(Json::parse(request.body)["outcome"] == "failure");
    CHECK(request.body.find("whsec_") == std::string::npos);
  }
  CHECK(requests[0].get_header_value("webhook-id") == requests[1].get_header_value("webhook-id"));
  CHECK_THAT(requests[0].get_header_value("webhook-id"), Catch::StartsWith("msg_"));
}

TEST_CASE("a webhook without a secret is not signed") {
  Receiver receiver;
  tests::Workbench bench = story(Verdict::pass);
  bench.run(webhook::webhook_kind(),
            "{url: '" + receiver.url() +
                "', payloadTemplate: 'v={{ .verdict }}', headers: {Content-Type: text/x}}");
  REQUIRE(receiver.requests().size() == 1);
  const httplib::Request request = receiver.requests()[0];
  CHECK_FALSE(request.has_header("webhook-signature"));
  CHECK_FALSE(request.has_header("X-Hub-Signature-256"));
  CHECK(request.has_header("webhook-id"));
  CHECK(request.body == "v=pass");
  CHECK(request.get_header_value("Content-Type") == "text/x");
}

TEST_CASE("the plan shows each request with its headers and body, and sends nothing") {
  Receiver receiver;
  tests::Workbench bench({"stable", "candidate"});
  const auto plan_of = [&](const experiment::TaskKind& kind, const std::string& yaml) {
    const auto task = bench.build(kind, yaml);
    INFO(bench.problems());
    REQUIRE(task);
    std::string text;
    for (const std::string& line : task->plan(bench.versions)) text += line + "\n";
    return text;
  };
  CHECK_THAT(plan_of(notify_kind(), "{channel: discord, url: '" + receiver.url() + "', on: [failure]}"),
             Contains("on failure") && Contains("POST " + receiver.url()) &&
                 Contains("Content-Type: application/json") && Contains("allowed_mentions"));
  CHECK_THAT(plan_of(notify_kind(), "{url: '" + receiver.url() + "', payloadTemplateURL: '" +
                                        receiver.url("/template") + "'}"),
             Contains("with the payload of the template at"));
  CHECK_THAT(plan_of(notify_kind(), "{channel: email, url: 'smtp://m:25', from: a@b, to: [c@d, e@f]}"),
             Contains("MAIL smtp://m:25 from a@b to c@d, e@f") && Contains("Subject: [iter8] pass"));
  CHECK_THAT(plan_of(webhook::webhook_kind(), "{url: '" + receiver.url() + "', secret: 0123456789abcdef}"),
             Contains("webhook-signature: v1,") && Contains("webhook-id: msg_"));
  CHECK(receiver.requests().empty());
}
