#include "entrypoint/commands/examples.h"

#include <algorithm>
#include <array>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace iter8::entrypoint {

namespace {

struct ExamplesOfCommand {
  std::string_view command;
  std::string_view page;  // of the documentation, beside docs/commands.md; empty = none
  std::array<CommandExample, 4> examples;
};

constexpr std::array kExamples{
    ExamplesOfCommand{
        "iter8",
        "README.md",
        {{{"iter8 load localhost:8080 --slo 'p99<200ms'", "load a service for 10 s and judge it"},
          {"iter8 demo --try", "see it at work, without a service"},
          {"iter8 init", "write an experiment file to start from"},
          {"iter8 run", "run experiment.yaml"}}}},
    ExamplesOfCommand{"run",
                      "docs/experiment.md",
                      {{{"iter8 run", "experiment.yaml of this folder"},
                        {"iter8 run tests/load --set 'tasks[0].with.qps=100'", "that of another, faster"},
                        {"iter8 run -r html=report.html -r json=-", "with reports"},
                        {"generate | iter8 run -", "a file from a pipe"}}}},
    ExamplesOfCommand{
        "load",
        "docs/load.md",
        {{{"iter8 load localhost:8080", "10 s at 50 requests a second"},
          {"iter8 load https://shop.test/ -d 30s -q 200 --slo 'p99<200ms' --slo 'error-rate<1%'",
           "exit code 0, 1 or 3"},
          {"iter8 load http://new:8080 --against http://old:8080 --slo 'p99<+10%'",
           "two versions at the same time"},
          {"iter8 load localhost:8080 -b '{\"id\": 1}' --save experiment.yaml", "and keep the experiment"}}}},
    ExamplesOfCommand{"assert",
                      "docs/decisions.md",
                      {{{"iter8 assert -c completed -c nofailure -c verdict", "the usual gate"},
                        {"iter8 assert tests/load -c winner=candidate", "of a result in another folder"},
                        {"iter8 assert -c verdict -t 10m", "wait for a run in progress"}}}},
    ExamplesOfCommand{"report",
                      "docs/commands.md",
                      {{{"iter8 report", "of result.yaml"},
                        {"iter8 report -o html > report.html", "a page with charts"},
                        {"iter8 report tests/load -o json | jq .verdict", "for programs"}}}},
    ExamplesOfCommand{
        "gen",
        "docs/commands.md",
        {{{"iter8 gen", "of result.yaml"}, {"iter8 gen tests/load", "of tests/load/result.yaml"}}}},
    ExamplesOfCommand{"merge",
                      "docs/load.md",
                      {{{"iter8 merge shards/*.yaml", "into result.yaml"},
                        {"iter8 merge a.yaml b.yaml -o all.yaml", "into another file"}}}},
    ExamplesOfCommand{"ci",
                      "docs/ci",
                      {{{"iter8 ci", "experiment.yaml, with the outputs of this CI system"},
                        {"iter8 ci tests/load.yaml -c verdict -r junit=load.xml", "another file and gate"}}}},
    ExamplesOfCommand{"validate",
                      "docs/experiment.md",
                      {{{"iter8 validate", "experiment.yaml"},
                        {"iter8 validate tests/load", "that of another folder"},
                        {"generate | iter8 validate -", "a file from a pipe"}}}},
    ExamplesOfCommand{"init",
                      "docs/experiment.md",
                      {{{"iter8 init", "the example load-test, in a folder of its name"},
                        {"iter8 init slo-two-versions -d tests/load", "another one, elsewhere"}}}},
    ExamplesOfCommand{"plan-samples",
                      "docs/decisions.md",
                      {{{"iter8 plan-samples --limit 1%", "how many requests certify at most 1 % of errors"},
                        {"iter8 plan-samples --metric latency-p99 --rate 0.5%", "when 0.5 % are slower"}}}},
    ExamplesOfCommand{"calibrate",
                      "docs/decisions.md",
                      {{{"iter8 calibrate", "of experiment.yaml"},
                        {"iter8 calibrate tests/load --runs 40 --json", "more precisely, for programs"}}}},
    ExamplesOfCommand{"tasks",
                      "docs/tasks.md",
                      {{{"iter8 tasks", "all of them"}, {"iter8 tasks http", "the options of one"}}}},
    ExamplesOfCommand{
        "schema", "docs/experiment.md", {{{"iter8 schema > iter8.schema.json", "for an editor"}}}},
    ExamplesOfCommand{
        "demo",
        "docs/commands.md",
        {{{"iter8 demo", "stable on port 8080, candidate on 8081"},
          {"iter8 demo --try", "serve, load, judge and report, and end"},
          {"iter8 demo --port 0 --version name=slow,latency=300ms", "a slow version on a free port"}}}},
    ExamplesOfCommand{"completion",
                      "docs/commands.md",
                      {{{"source <(iter8 completion bash)", "for this shell"},
                        {"iter8 completion fish > ~/.config/fish/completions/iter8.fish", "for good"}}}},
    ExamplesOfCommand{"man",
                      "docs/commands.md",
                      {{{"iter8 man | man -l -", "read it"},
                        {"iter8 man > /usr/local/share/man/man1/iter8.1", "install it"}}}},
    ExamplesOfCommand{"version", "CHANGELOG.md", {{{"iter8 version --short", "only the number"}}}},
};

const ExamplesOfCommand* find(std::string_view command) {
  const auto* const found =
      std::find_if(kExamples.begin(), kExamples.end(),
                   [&](const ExamplesOfCommand& each) { return each.command == command; });
  return found == kExamples.end() ? nullptr : found;
}

std::string footer_of(std::string_view command) {
  const ExamplesOfCommand* const found = find(command);
  if (found == nullptr) return {};
  std::string text = "Examples:\n";
  for (const CommandExample& example : examples_of(command))
    text += fmt::format("  {}\n      {}\n", example.line, example.purpose);
  text += "\nDocumentation: ";
  if (found->page != "docs/commands.md") text += fmt::format("{}, ", found->page);
  return text + "docs/commands.md; iter8 man";
}

}  // namespace

std::span<const CommandExample> examples_of(std::string_view command) {
  const ExamplesOfCommand* const found = find(command);
  if (found == nullptr) return {};
  const auto end = std::find_if(found->examples.begin(), found->examples.end(),
                                [](const CommandExample& example) { return example.line.empty(); });
  return {found->examples.begin(), end};
}

void add_examples(CLI::App& program) {
  program.footer(footer_of(program.get_name()));
  for (CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; }))
    command->footer(footer_of(command->get_name()));
}

}  // namespace iter8::entrypoint
