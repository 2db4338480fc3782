#include "tasks/evidence/evidence.h"

#include <functional>

#include <catch2/catch.hpp>

#include "tasks/evidence/data.h"
#include "tests/unit/tasks/workbench.h"

using namespace iter8;
using namespace iter8::tasks;
using Catch::Contains;
using experiment::Verdict;

namespace {

/// A task that only looks at what it is given.
class LookingTask final : public experiment::Task {
 public:
  explicit LookingTask(std::function<void(const experiment::Context&)> look) : look_(std::move(look)) {}
  experiment::Outcome run(const experiment::Context& context) override {
    look_(context);
    return {};
  }
  std::vector<std::string> plan(const std::vector<experiment::Version>&) const override { return {}; }

 private:
  std::function<void(const experiment::Context&)> look_;
};

experiment::Assessment assessment(Verdict verdict) {
  experiment::Objective objective{.metric = "http/latency-p95", .upper = 250};
  const bool is_good = verdict == Verdict::pass;
  objective.versions = {{.value = 12.3, .limit = 250, .satisfied = true, .verdict = Verdict::pass},
                        {.value = is_good ? 13.5 : 312.4,
                         .limit = 250,
                         .satisfied = is_good,
                         .verdict = verdict,
                         .probability = 0.9991,
                         .reason = is_good ? "" : "312.4 msec is above the limit of 250 msec"}};
  experiment::Assessment result{.verdict = verdict, .objectives = {objective}};
  result.winner = {
      .found = is_good, .version = is_good ? std::optional<std::size_t>(1) : std::nullopt, .reason = ""};
  return result;
}

/// Two versions with tags, judged.
tests::Workbench bench_with(Verdict verdict) {
  tests::Workbench bench({"stable", "candidate"});
  bench.set(0, "tag", "v1.4");
  bench.set(1, "tag", "v1.5");
  bench.result.experiment_name = "checkout";
  bench.result.assessment = assessment(verdict);
  bench.result.declared_objectives = 1;
  bench.environment = {};
  return bench;
}

template <typename Look>
void look_at(tests::Workbench& bench, Look look) {
  LookingTask task(look);
  bench.run(task);
}

std::string problems_of(const std::string& text, const std::vector<experiment::Version>& versions) {
  config::Problems problems("experiment.yaml");
  const auto parsed = config::Template::parse(text, {1, 1}, problems);
  REQUIRE(parsed);
  check_template(*parsed, {1, 1}, versions, problems);
  return problems.to_text();
}

}  // namespace

TEST_CASE(
    "the evidence shows the objectives, the winner and the run, and escapes and masks what is not ours") {
  tests::Workbench bench = bench_with(Verdict::pass);
  bench.result.experiment_name = "ch@eck *out* sesame-1234";
  bench.secrets->add("sesame-1234");
  bench.environment.set("CI_JOB_URL", "https://gitlab.example.com/acme/app/-/jobs/7");
  look_at(bench, [](const experiment::Context& context) {
    const std::string text = evidence(context);
    CHECK_THAT(text, Contains("| http/latency-p95 | ≤ 250 | ✅ 12.30 | ✅ 13.50 (99.9 %) |"));
    CHECK_THAT(text, Contains("**Winner**: candidate wins"));
    CHECK_THAT(text, Contains("[The run](<https://gitlab.example.com/acme/app/-/jobs/7>)"));
    CHECK_THAT(text, !Contains("*out*") && !Contains("sesame") && !Contains("ch@e"));
  });
}

TEST_CASE("templates read versions, verdict, metrics and the run") {
  tests::Workbench bench = bench_with(Verdict::pass);
  bench.record("http/latency-p95", "msec", 1, 13.5);
  config::Problems problems("experiment.yaml");
  const auto text = config::Template::parse(
      "{{ .winner.tag }} {{ .baseline.tag }} {{ .version.name }} {{ .verdict }} "
      "{{ index .metrics \"http/latency-p95\" \"candidate\" }} {{ len .slos }} {{ .Summary.noTaskFailures }}",
      {}, problems);
  REQUIRE(text);
  look_at(bench, [&](const experiment::Context& context) {
    CHECK(render(*text, template_data(context)) == "v1.5 v1.4 candidate pass 13.5 2 true");
  });
}

TEST_CASE("a template that needs the winner says so when there is none") {
  tests::Workbench bench = bench_with(Verdict::fail);
  look_at(bench, [](const experiment::Context& context) {
    config::Problems problems("experiment.yaml");
    const auto text = config::Template::parse("{{ .winner.tag }}", {}, problems);
    CHECK_THROWS_WITH(render(*text, template_data(context)), Contains("found no winner"));
  });
}

TEST_CASE("fields that no run could fill are found before the run") {
  const tests::Workbench bench = bench_with(Verdict::pass);
  CHECK(problems_of("{{ .winner.tag }} {{ .run.url }}", bench.versions).empty());
  CHECK_THAT(problems_of("{{ .winer.tag }}", bench.versions), Contains("did you mean 'winner'?"));
  CHECK_THAT(problems_of("{{ .winner.tga }}", bench.versions),
             Contains("no version has a key 'tga'") && Contains("did you mean 'tag'?"));
  CHECK(problems_of("{{ .winner.other | default \"x\" }}", bench.versions).empty());
}

TEST_CASE("a text over the limit is cut at a line's end and says so") {
  const std::string text(100, 'x');
  CHECK(cut_at_line(text, 100) == text);
  const std::string cut = cut_at_line(text + "\n" + text, 170);
  CHECK(cut.size() <= 170);
  CHECK_THAT(cut, Contains(text + "\n\n… (cut"));
}
