#include "stories.h"

#include <catch2/catch.hpp>

#include "config/yaml/document.h"

namespace iter8::tests {

using experiment::Verdict;

Workbench story(Verdict verdict) {
  Workbench bench({"stable", "candidate"});
  bench.environment = base::Environment();
  bench.set(1, "tag", "v1.5");
  bench.result.experiment_name = "checkout";
  bench.result.digest = "sha256:0";
  bench.result.iter8_version = "1.0.0";
  bench.result.start = base::parse_rfc3339("2026-01-01T00:00:00Z").value();
  bench.result.declared_objectives = 1;
  bench.record("http/latency-p95", "msec", 1, 312.4);
  experiment::Objective objective{.metric = "http/latency-p95", .upper = 250};
  const bool is_good = verdict == Verdict::pass;
  objective.versions = {{.value = 12.3, .limit = 250, .satisfied = true, .verdict = Verdict::pass},
                        {.value = is_good ? 200 : 312.4,
                         .limit = 250,
                         .satisfied = is_good,
                         .verdict = verdict,
                         .reason = is_good ? "" : "312.4 msec is above the limit of 250 msec"}};
  experiment::Assessment assessment{.verdict = verdict, .objectives = {objective}};
  assessment.winner = experiment::Winner{.found = is_good, .recommended = is_good ? 1U : 0U};
  if (is_good) assessment.winner->version = 1;
  bench.result.assessment = assessment;
  return bench;
}

tasks::Event event_of(const Workbench& bench) {
  const tasks::CiRun run{.url = "https://ci.example.com/runs/7",
                         .repository = "acme/shop",
                         .commit = "0123456789abcdef0123456789abcdef01234567",
                         .branch = "main"};
  return tasks::event_of({.result = bench.result,
                          .run = run,
                          .now = base::parse_rfc3339("2026-01-01T00:10:00Z").value(),
                          .secrets = *bench.secrets,
                          .source_id = "test"});
}

tasks::Event long_event(std::size_t objectives) {
  tasks::Event event = event_of(story(Verdict::fail));
  const tasks::CheckedObjective one = event.objectives.back();
  event.objectives.assign(objectives, one);
  for (std::size_t i = 0; i < objectives; ++i)
    event.objectives[i].condition =
        "http/" + std::string(150, 'x') + "-" + std::to_string(i) + " <= 250 msec";
  return event;
}

std::unique_ptr<tasks::notify::Channel> channel_of(Workbench& bench, Maker make, const std::string& yaml) {
  config::Problems problems("experiment.yaml");
  const auto node = config::parse_document(yaml, problems);
  REQUIRE(node);
  tasks::notify::NotifyOptions options;
  auto context = bench.build_context();
  if (!fields_of(&options).read(*node, context.problems, options)) return nullptr;
  return make(options, context);
}

web::Request request_of(const tasks::notify::Channel& channel, const tasks::Event& event) {
  const tasks::notify::Delivery delivery =
      channel.make_delivery({.event = event, .headline = event.headline, .data = nullptr});
  return std::get<web::Request>(delivery.what);
}

experiment::Json body_of(const tasks::notify::Channel& channel, const tasks::Event& event) {
  return experiment::Json::parse(request_of(channel, event).body);
}

}  // namespace iter8::tests
