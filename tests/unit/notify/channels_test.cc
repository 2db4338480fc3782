#include <catch2/catch.hpp>

#include "base/error.h"
#include "stories.h"
#include "tasks/evidence/event_document.h"

using namespace iter8;
using namespace iter8::tasks;
using namespace iter8::tasks::notify;
using namespace iter8::tests;
using Catch::Contains;
using experiment::Json;
using experiment::Verdict;

namespace {

const std::string kWebhook = "{url: 'https://hooks.example.com/services/T000/B000/0123456789abcdef'}";

std::string channel_yaml(const std::string& word, const std::string& rest) {
  return "{channel: " + word + ", " + rest + "}";
}

std::string header(const web::Request& request, const std::string& name) {
  for (const auto& [key, value] : request.headers)
    if (key == name) return value;
  return "(none)";
}

/// Text from outside with everything that chats take for markup.
Event hostile_event() {
  tests::Workbench bench = story(Verdict::fail);
  bench.result.experiment_name = "<!channel> @here [free money](https://evil.example) *x*";
  return tests::event_of(bench);
}

web::Response answer(int status, std::string body) {
  return {.status = status, .headers = {}, .body = std::move(body)};
}

}  // namespace

TEST_CASE("Slack gets the headline as text and in the first block, and the objectives below it") {
  tests::Workbench bench;
  const auto channel =
      channel_of(bench, make_slack, channel_yaml("slack", "url: 'https://hooks.slack.com/services/T/B/x'"));
  REQUIRE(channel);
  const Event event = tests::event_of(story(Verdict::fail));
  const web::Request request = request_of(*channel, event);
  CHECK(request.method == "POST");
  CHECK(header(request, "Content-Type") == "application/json");
  const Json body = Json::parse(request.body);
  CHECK(body["text"] ==
        "fail: checkout: candidate: http/latency-p95: 312.4 msec is above the limit of 250 msec");
  CHECK_THAT(body["blocks"][0]["text"]["text"].get<std::string>(), Contains(":x: *fail: checkout"));
  CHECK_THAT(body["blocks"][1]["text"]["text"].get<std::string>(),
             Contains("http/latency-p95 &lt;= 250 msec, candidate: 312.4 msec (fail)"));
  CHECK_THAT(body["blocks"][2]["elements"][0]["text"].get<std::string>(),
             Contains("<https://ci.example.com/runs/7|Run>"));
  CHECK(channel->read_response(answer(200, "ok")).empty());
}

TEST_CASE("Slack's limits hold for long events, and nobody is mentioned by text from outside") {
  tests::Workbench bench;
  const auto channel =
      channel_of(bench, make_slack, channel_yaml("slack", "url: 'https://hooks.slack.com/services/T/B/x'"));
  REQUIRE(channel);
  Event event = long_event(500);
  event.headline = std::string(5000, '&');
  const Json body = body_of(*channel, event);
  CHECK(body["blocks"].size() <= 50);
  for (const Json& block : body["blocks"])
    if (block.contains("text")) CHECK(block["text"]["text"].get<std::string>().size() <= 3000);
  CHECK_THAT(body["blocks"][1]["text"]["text"].get<std::string>(), Contains("more"));

  const std::string text = request_of(*channel, hostile_event()).body;
  CHECK(text.find("<!channel>") == std::string::npos);
}

TEST_CASE("Slack by token: the first message is posted, later ones answer it or change it") {
  tests::Workbench bench;
  const Event event = tests::event_of(story(Verdict::pass));
  const std::string options = "token: xoxb-0123456789, to: '#releases', updates: ";
  const std::string accepted = R"({"ok": true, "channel": "C024BE91L", "ts": "1503435956.000247"})";
  for (const std::string updates : {"message", "thread", "edit"}) {
    const auto channel = channel_of(bench, make_slack, channel_yaml("slack", options + updates));
    REQUIRE(channel);
    const web::Request first = request_of(*channel, event);
    CHECK(first.url == "https://slack.com/api/chat.postMessage");
    CHECK(header(first, "Authorization") == "Bearer xoxb-0123456789");
    CHECK(Json::parse(first.body)["channel"] == "#releases");
    CHECK(first.body.find("xoxb-") == std::string::npos);
    CHECK(channel->read_response(answer(200, accepted)).empty());

    const web::Request second = request_of(*channel, event);
    const Json body = Json::parse(second.body);
    CHECK(second.url == (updates == "edit" ? "https://slack.com/api/chat.update"
                                           : "https://slack.com/api/chat.postMessage"));
    CHECK(body.contains("thread_ts") == (updates == "thread"));
    CHECK(body.contains("ts") == (updates == "edit"));
    CHECK(body["channel"] == "C024BE91L");
  }
}

TEST_CASE("Slack refuses with status 200, which is a refusal all the same") {
  tests::Workbench bench;
  const auto channel =
      channel_of(bench, make_slack, channel_yaml("slack", "token: xoxb-0123456789, to: '#x'"));
  REQUIRE(channel);
  CHECK(channel->read_response(answer(200, R"({"ok": false, "error": "channel_not_found"})")) ==
        "Slack refused it: channel_not_found");
  CHECK(channel->read_response(
            answer(200, R"({"ok": false, "error": "missing_scope", "needed": "chat:write"})")) ==
        "Slack refused it: missing_scope (the token needs the scope chat:write)");
  CHECK_THAT(channel->read_response(answer(200, R"({"ok": false, "error": "not_in_channel"})")),
             Contains("invite the bot"));
  CHECK_THAT(channel->read_response(answer(200, "<html>")), Contains("expected a response of Slack's API"));
}

TEST_CASE("Teams gets an adaptive card below its limit, with what is left out counted") {
  tests::Workbench bench;
  const auto channel =
      channel_of(bench, make_teams, channel_yaml("teams", "url: 'https://prod.logic.example.com/x'"));
  REQUIRE(channel);
  const Json body = body_of(*channel, tests::event_of(story(Verdict::fail)));
  CHECK(body["type"] == "message");
  const Json& attachment = body["attachments"][0];
  CHECK(attachment["contentType"] == "application/vnd.microsoft.card.adaptive");
  const Json& card = attachment["content"];
  CHECK(card["type"] == "AdaptiveCard");
  CHECK(card["version"] == "1.4");
  CHECK_THAT(card["body"][0]["inlines"][0]["text"].get<std::string>(), Contains("fail: checkout"));
  CHECK(card["body"][0]["inlines"][0]["color"] == "Attention");
  CHECK(card["actions"][0]["url"] == "https://ci.example.com/runs/7");

  const Event event = long_event(400);
  const Delivery delivery =
      channel->make_delivery({.event = event, .headline = event.headline, .data = nullptr});
  const web::Request& request = std::get<web::Request>(delivery.what);
  CHECK(request.body.size() <= 28'000);
  CHECK(request.body.size() > 20'000);
  CHECK_THAT(delivery.note, Contains("of 400 objectives are left out"));
  CHECK_THAT(request.body, Contains("more"));
}

TEST_CASE("the addresses of switched-off Teams connectors are pointed out") {
  tests::Workbench bench;
  REQUIRE(channel_of(bench, make_teams,
                     channel_yaml("teams", "url: 'https://acme.webhook.office.com/webhookb2/x'")));
  CHECK_THAT(bench.problems(), Contains("warning") && Contains("switched off"));
}

TEST_CASE("Discord gets one embed within its limits, without mentions and masked links") {
  tests::Workbench bench;
  const auto channel =
      channel_of(bench, make_discord, channel_yaml("discord", "url: 'https://discord.com/api/webhooks/1/x'"));
  REQUIRE(channel);
  for (const Event& event : {tests::event_of(story(Verdict::pass)), long_event(500), hostile_event()}) {
    const Json body = body_of(*channel, event);
    CHECK(body["allowed_mentions"]["parse"].empty());
    REQUIRE(body["embeds"].size() == 1);
    const Json& embed = body["embeds"][0];
    CHECK(embed["title"].get<std::string>().size() <= 256);
    CHECK(embed["description"].get<std::string>().size() <= 4096);
    CHECK(embed["fields"].size() <= 25);
    CHECK(embed["timestamp"] == "2026-01-01T00:10:00Z");
    CHECK(embed["title"].get<std::string>().find("[free money](") == std::string::npos);
  }
}

TEST_CASE("PagerDuty is told to trigger, and to resolve by the same key") {
  tests::Workbench bench;
  const auto channel = channel_of(bench, make_pagerduty,
                                  channel_yaml("pagerduty", "routingKey: 0123456789abcdef0123456789abcdef"));
  REQUIRE(channel);
  const web::Request request = request_of(*channel, tests::event_of(story(Verdict::fail)));
  CHECK(request.url == "https://events.pagerduty.com/v2/enqueue");
  CHECK(request.repeat == web::Repeat::always);
  const Json trigger = Json::parse(request.body);
  CHECK(trigger["event_action"] == "trigger");
  CHECK(trigger["dedup_key"] == "iter8/acme/shop/checkout");
  CHECK(trigger["payload"]["severity"] == "error");
  CHECK(trigger["payload"]["source"] == "acme/shop");
  CHECK_THAT(trigger["payload"]["summary"].get<std::string>(), Contains("fail: checkout"));
  CHECK(trigger["links"][0]["href"] == "https://ci.example.com/runs/7");

  CHECK(body_of(*channel, tests::event_of(story(Verdict::inconclusive)))["payload"]["severity"] == "warning");
  const Json resolve = body_of(*channel, tests::event_of(story(Verdict::pass)));
  CHECK(resolve["event_action"] == "resolve");
  CHECK(resolve["dedup_key"] == trigger["dedup_key"]);
  CHECK_FALSE(resolve.contains("payload"));

  Event huge = long_event(5000);
  huge.headline = std::string(5000, 'x');
  const std::string body = request_of(*channel, huge).body;
  CHECK(body.size() < 512 * 1024);
  CHECK(Json::parse(body)["payload"]["summary"].get<std::string>().size() <= 1024);
}

TEST_CASE("Alertmanager gets an alert whose labels stay the same from failure to success") {
  tests::Workbench bench;
  const auto channel = channel_of(
      bench, make_alertmanager,
      channel_yaml(
          "alertmanager",
          "url: 'http://alertmanager:9093/', labels: {team: shop}, expires: 1h, severity: critical"));
  REQUIRE(channel);
  const web::Request request = request_of(*channel, tests::event_of(story(Verdict::fail)));
  CHECK(request.url == "http://alertmanager:9093/api/v2/alerts");
  const Json firing = Json::parse(request.body)[0];
  CHECK(firing["labels"] == Json({{"alertname", "Iter8Experiment"},
                                  {"severity", "critical"},
                                  {"team", "shop"},
                                  {"experiment", "checkout"}}));
  CHECK(firing["startsAt"] == "2026-01-01T00:10:00Z");
  CHECK(firing["endsAt"] == "2026-01-01T01:10:00Z");
  const Json resolved = body_of(*channel, tests::event_of(story(Verdict::pass)))[0];
  CHECK(resolved["labels"] == firing["labels"]);
  CHECK(resolved["endsAt"] == "2026-01-01T00:10:00Z");

  CHECK_FALSE(channel_of(bench, make_alertmanager,
                         channel_yaml("alertmanager", "url: 'http://a', labels: {a-b: c}")));
  CHECK_THAT(bench.problems(), Contains("'a-b' is not a label name"));
}

// The rules of the HTTP protocol binding 1.0.2: sections 3.1 (binary) and 3.2 (structured), encoding
// in 3.1.3.2.
TEST_CASE("a CloudEvent has its attributes in headers or in the body, and the same id each time") {
  tests::Workbench bench;
  tests::Workbench umlaut = story(Verdict::fail);
  umlaut.result.experiment_name = "Bestellung \"für\" 100%";
  const Event event = tests::event_of(umlaut);
  const auto binary =
      channel_of(bench, make_cloudevents, channel_yaml("cloudevents", "url: 'http://events'"));
  REQUIRE(binary);
  const web::Request request = request_of(*binary, event);
  CHECK(header(request, "ce-specversion") == "1.0");
  CHECK(header(request, "ce-id") == event.id);
  CHECK(header(request, "ce-type") == "tools.iter8.experiment.failure");
  CHECK(header(request, "ce-source") == "https://ci.example.com/runs/7");
  CHECK(header(request, "ce-time") == "2026-01-01T00:10:00Z");
  CHECK(header(request, "ce-subject") == "Bestellung%20%22f%C3%BCr%22%20100%25");
  CHECK(header(request, "Content-Type") == "application/json");
  CHECK(Json::parse(request.body)["verdict"] == "fail");

  const auto structured =
      channel_of(bench, make_cloudevents,
                 channel_yaml("cloudevents", "url: 'http://events', mode: structured, source: /ci"));
  REQUIRE(structured);
  const web::Request whole = request_of(*structured, event);
  CHECK(header(whole, "Content-Type") == "application/cloudevents+json; charset=utf-8");
  CHECK(header(whole, "ce-id") == "(none)");
  const Json envelope = Json::parse(whole.body);
  CHECK(envelope["id"] == event.id);
  CHECK(envelope["source"] == "/ci");
  CHECK(envelope["subject"] == "Bestellung \"für\" 100%");
  CHECK(envelope["datacontenttype"] == "application/json");
  CHECK(envelope["data"]["outcome"] == "failure");
}

TEST_CASE("no payload of a channel repeats what its options hold") {
  tests::Workbench bench;
  const std::vector<std::pair<Maker, std::string>> channels = {
      {make_slack, channel_yaml("slack", "url: 'https://hooks.slack.com/services/T/B/0123456789abcdef'")},
      {make_slack, channel_yaml("slack", "token: xoxb-0123456789abcdef, to: '#x'")},
      {make_teams, channel_yaml("teams", "url: 'https://t/0123456789abcdef'")},
      {make_discord, channel_yaml("discord", "url: 'https://d/0123456789abcdef'")},
      {make_cloudevents,
       channel_yaml("cloudevents", "url: 'https://c/', headers: {Authorization: 'Bearer 0123456789abcdef'}")},
      {make_alertmanager,
       channel_yaml("alertmanager", "url: 'https://a/', auth: {bearer: 0123456789abcdef}")}};
  for (const auto& [make, yaml] : channels) {
    INFO(yaml);
    const auto channel = channel_of(bench, make, yaml);
    REQUIRE(channel);
    CHECK(request_of(*channel, tests::event_of(story(Verdict::fail))).body.find("0123456789abcdef\"") ==
          std::string::npos);
  }
}

TEST_CASE("a channel says which of its fields are missing, and which belong to another channel") {
  const std::vector<std::tuple<Maker, std::string, std::string>> cases = {
      {make_slack, "{channel: slack}", "expected url (of an incoming webhook), or token and to"},
      {make_slack, "{channel: slack, token: xoxb-1}", "expected 'to'"},
      {make_slack, "{channel: slack, url: 'http://x', updates: edit}", "'updates' needs a token"},
      {make_slack, "{channel: slack, url: 'http://x', to: '#a'}", "'to' needs a token"},
      {make_teams, "{channel: teams}", "expected url"},
      {make_discord, "{channel: discord}", "expected url"},
      {make_pagerduty, "{channel: pagerduty}", "expected routingKey"},
      {make_alertmanager, "{channel: alertmanager}", "expected url"},
      {make_cloudevents, "{channel: cloudevents}", "expected url"},
      {make_plain_url, "{}", "missing key 'url'"},
      {make_plain_url, "{channel: urll, url: 'http://x'}", "did you mean 'url'"},
      {make_plain_url, "{url: 'ftp://x'}", "url:"},
      {make_plain_url, "{url: 'http://x', method: 'get it'}", "capital letters"},
      {make_plain_url, "{url: 'http://x', on: []}", "at least one occasion"},
      {make_plain_url, "{url: 'http://x', routingKey: abc}", "routingKey is a field of channel pagerduty"},
      {make_plain_url, "{url: 'http://x', payloadTemplate: a, payloadTemplateURL: 'http://y'}", "keep one"},
      {make_plain_url, "{url: 'http://x', payloadTemplate: '{{ .evnt }}'}", "did you mean 'event'"},
      {make_plain_url, "{url: 'http://x', payloadTemplate: '{{ .event.headlin }}'}",
       "did you mean 'headline'"},
      {make_email, "{channel: email, url: 'smtp://h', to: a@b}", "expected from"},
      {make_email, "{channel: email, url: 'http://h', from: a@b, to: a@b}", "smtp://"},
      {make_email, "{channel: email, url: 'smtp://u:p@h', from: a@b, to: a@b}", "fields of their own"},
      {make_email, "{channel: email, url: 'smtp://h', from: a@b, to: [a@b, nobody]}",
       "'nobody' is not an address"},
      {make_email, "{channel: email, url: 'smtp://h', from: a@b, to: a@b, username: u}", "belong together"},
      {make_email, "{channel: email, url: 'smtp://h', from: a@b, to: a@b, tls: {insecure: true}}",
       "only 'ca'"},
  };
  for (const auto& [make, yaml, message] : cases) {
    INFO(yaml);
    tests::Workbench bench;
    CHECK_FALSE(channel_of(bench, make, yaml));
    CHECK_THAT(bench.problems(), Contains(message));
  }
}
