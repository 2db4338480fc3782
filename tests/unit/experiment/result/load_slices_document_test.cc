#include "experiment/result/load_slices_document.h"

#include <catch2/catch.hpp>

#include "base/compression.h"
#include "base/encoding.h"
#include "experiment/result/load_series_document.h"
#include "experiment/result/slice_text.h"

namespace iter8::experiment {
namespace {

using namespace std::chrono_literals;

stats::SliceLatencies latencies(std::initializer_list<double> msec, double limit, double cap) {
  stats::SliceLatencies all{.above = {0}};
  for (const double value : msec) {
    const double capped = std::min(value, cap);
    all.add({.count = 1,
             .sum = value,
             .squares = value * value,
             .capped_sum = capped,
             .capped_squares = capped * capped,
             .above = {value > limit ? 1 : 0}});
    all.histogram.record(static_cast<std::int64_t>(value * 1e6));
  }
  return all;
}

/// Three slices, the second of which is empty.
LoadSeries packed_example() {
  stats::LoadSlice first{.ok = latencies({0.1, 0.2, 70.3}, 20, 50), .cut_short = 1};
  stats::LoadSlice last{.ok = latencies({1.0 / 3}, 20, 50),
                        .failed = latencies({5000.000001}, 20, 50),
                        .unanswered = 2,
                        .errors = {2, 1}};
  return {.provider = "http",
          .start = base::WallTime{1767225600s},
          .blocks = {1s, {{.asked = 7, .sent = 7}}},
          .slices = {100ms, 17'672'256'000, {first, {}, last}},
          .limits = {20},
          .cap = 50,
          .error_classes = {"connect", "timeout"}};
}

Json packed(const std::string& text) {
  return base::base64(base::compress(text));
}

TEST_CASE("slices are packed and read back exactly") {
  const LoadSeries series = packed_example();
  const Json document = to_document(series);
  const Json& slices = document["slices"];
  CHECK(slices["width"] == 0.1);
  CHECK(slices["first"] == 17'672'256'000);
  CHECK(slices["limits"] == Json::array({20.0}));
  CHECK(slices["cap"] == 50.0);
  CHECK(slices["errorClasses"] == Json::array({"connect", "timeout"}));

  const LoadSeries back = load_series_of(DocumentReader(Json::parse(document.dump())), 1);
  CHECK(back.slices.width() == 100ms);
  CHECK(back.slices.first() == series.slices.first());
  CHECK(back.limits == series.limits);
  CHECK(back.cap == series.cap);
  CHECK(back.error_classes == series.error_classes);
  REQUIRE(back.slices.slices().size() == 3);
  for (const std::size_t i : {0U, 2U}) {
    const stats::LoadSlice& one = series.slices.slices()[i];
    const stats::LoadSlice& other = back.slices.slices()[i];
    CHECK(other.unanswered == one.unanswered);
    CHECK(other.cut_short == one.cut_short);
    CHECK(other.errors == one.errors);
    CHECK(other.ok.count == one.ok.count);
    CHECK(other.ok.sum == one.ok.sum);
    CHECK(other.ok.squares == one.ok.squares);
    CHECK(other.ok.capped_sum == one.ok.capped_sum);
    CHECK(other.ok.capped_squares == one.ok.capped_squares);
    CHECK(other.ok.above == one.ok.above);
    CHECK(other.ok.histogram == one.ok.histogram);
    CHECK(other.failed.sum == one.failed.sum);
  }
  CHECK(back.slices.slices()[1].ended() == 0);
  CHECK(to_document(back) == document);
}

TEST_CASE("the text of slices says no more than there is") {
  const SliceLayout layout{.limits = 1, .error_classes = 1, .is_capped = false};
  stats::LoadSlice slice{.ok = {.count = 2, .sum = 3.5, .squares = 6.25, .above = {1}}};
  for (const std::int64_t nanoseconds : {1'000'000, 2'500'000}) slice.ok.histogram.record(nanoseconds);
  stats::LoadSlice dead{.unanswered = 3, .errors = {3}};
  stats::LoadSlice cut{.cut_short = 1};
  const std::string text = to_text({slice, {}, dead, cut}, layout);
  CHECK(text == "2,3.5,6.25,1/477:1 518:1\n\n;;3;;3\n;;;1\n");
  CHECK(to_text(slices_of_text(text, layout), layout) == text);
  CHECK(slices_of_text("", layout).empty());
}

TEST_CASE("times inside responses are packed where there are any") {
  const SliceLayout layout{.limits = 1, .is_capped = true};
  stats::LoadSlice slice{.cut_short = 1};
  stats::SliceLatencies& gaps = slice.inside_at(stats::LoadSlice::gap);
  gaps = {.count = 2, .sum = 3.5, .squares = 6.25};
  for (const std::int64_t nanoseconds : {1'000'000, 2'500'000}) gaps.histogram.record(nanoseconds);
  stats::LoadSlice sum = slice;
  sum.add(slice);
  CHECK(sum.inside[stats::LoadSlice::gap].count == 4);
  CHECK(sum.inside[stats::LoadSlice::first_content].count == 0);
  const std::string text = to_text({slice, {}}, layout);
  CHECK(text == ";;;1;;;2,3.5,6.25/477:1 518:1\n\n");
  const auto back = slices_of_text(text, layout);
  CHECK(to_text(back, layout) == text);
  CHECK(back[0].inside[stats::LoadSlice::gap].histogram == gaps.histogram);
  CHECK(back[1].inside.empty());
}

TEST_CASE("results of older versions have no slices") {
  LoadSeries series = packed_example();
  series.slices = {};
  const Json document = to_document(series);
  CHECK_FALSE(document.contains("slices"));
  CHECK(load_series_of(DocumentReader(document), 1).slices.empty());
}

TEST_CASE("slices that cannot be are refused with their place") {
  const auto refused = [](const char* key, const Json& value, const char* why) {
    Json document = to_document(packed_example());
    document["slices"][key] = value;
    CHECK_THROWS_WITH(load_series_of(DocumentReader(document), 1), Catch::Contains(why));
  };
  for (const double width : {0.0, -0.05, 0.06, 0.15, 1e300})
    refused("width", width, "slices.width: expected 0.05 seconds times a power of two");
  refused("first", -1, "slices.first: expected the number of a slice since 1970");
  refused("first", INT64_MAX, "slices.first: expected the number of a slice since 1970");
  refused("limits", Json::array({-1}), "slices.limits.[0]: expected a time");
  refused("cap", "50ms", "slices.cap: expected a number");
  refused("errorClasses", nullptr, "slices.errorClasses: expected a list");
  refused("data", "?", "slices.data: expected slices in base64");
  refused("data", base::base64("no zlib"), "not a zlib stream");
  refused("data", packed(std::string(9'000'000, '\n')), "unpacks to more than");
  refused("data", packed(std::string(1025, '\n')), "more than 1024 slices");
  refused("data", packed("\n1,1,1\n"), "line 2: expected 6 figures and a histogram, found '1,1,1'");
  refused("data", packed("-1,1,1,1,1,0/300:1"), "line 1: expected a count of requests, found '-1'");
  refused("data", packed("1,inf,1,1,1,0/300:1"), "line 1: expected a sum over the requests, found 'inf'");
  refused("data", packed("1,1,1,1,1,2/300:1"), "expected at most 1 above a limit, found '2'");
  refused("data", packed("2,1,1,1,1,0/300:1"), "expected a histogram of 2 latencies, found '300:1'");
  refused("data", packed("0,0,0,0,0,0/"), "expected a histogram of 0 latencies");
  refused("data", packed(";;2;;1,0"), "expected the classes of 2 errors, found '1,0'");
  refused("data", packed(";;2;;2"), "expected a count for each of 2 classes, found '2'");
  refused("data", packed(";;2;;;;;;"), "expected at most 8 parts");
  refused("limits", Json::array(), "expected 5 figures and a histogram");
}

}  // namespace
}  // namespace iter8::experiment
