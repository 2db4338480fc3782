#include "tasks/grpc/messages.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "config/value/json_text.h"
#include "load/request/request_template.h"

namespace iter8::tasks::grpc {

namespace {

constexpr std::size_t kFileLimit = 64 * 1024 * 1024;
constexpr std::size_t kJsonDepth = 100;
constexpr std::size_t kCheckedRows = 1000;

/// With placeholders as the engine knows them; JSON has escaped the control character in some of them.
std::string text_of(const config::Value& message) {
  return base::replace_all(own_placeholders(to_json(message, config::JsonStyle::compact)), "{{\\u0001",
                           "{{\x01");
}

std::vector<std::string> texts_of(const config::Value& value) {
  std::vector<std::string> texts;
  if (value.list() == nullptr) return {text_of(value)};
  for (const config::Value& each : *value.list()) texts.push_back(text_of(each));
  return texts;
}

std::string named(std::string_view option, const std::string& file) {
  return fmt::format("{} {}", option, base::printable(file));
}

/// A file in which a placeholder stands outside of quotes is not JSON before it is filled in: it is one
/// message.
std::vector<std::string> texts_of_file(const std::string& text, const std::string& file) {
  config::JsonFault fault;
  if (const auto value = config::parse_json(text, kJsonDepth, fault)) return texts_of(*value);
  if (text.find("{{") != std::string::npos && base::trim(text).starts_with('{'))
    return {own_placeholders(text)};
  throw base::Error(fmt::format("{}: not JSON: {}", named("dataFile", file), fault.message));
}

bool has_placeholders(const std::string& text, const load::Rows* rows) {
  return !load::RequestTemplate(text, rows, load::RequestTemplate::Escape::json).is_fixed();
}

/// Encodes the text with values for its placeholders, to see that it can be.
void try_text(const std::string& text, const DescribedCall& call, const load::Rows* rows) {
  const load::RequestTemplate filled(text, rows, load::RequestTemplate::Escape::json);
  const std::size_t count = rows != nullptr ? std::min(rows->count(), kCheckedRows) : 1;
  load::Draw draw;
  draw.uuid.fill('0');
  for (draw.row = 0; draw.row < count; ++draw.row) {
    std::string message;
    filled.append_to(message, draw);
    try {
      call.encode(message);
    } catch (const base::Error& error) {
      if (rows == nullptr) throw;
      throw base::Error(fmt::format("row {}: {}", draw.row + 1, error.what()));
    }
  }
}

void encode_texts(const DescribedCall& call, const MessageTexts& messages, const load::Rows* rows,
                  load::GrpcCall& result) {
  const std::vector<std::string>& texts = messages.texts;
  const auto differs = [rows](const std::string& text) { return has_placeholders(text, rows); };
  const bool are_templates = std::ranges::any_of(texts, differs);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    try {
      if (are_templates)
        try_text(texts[i], call, rows);
      else
        result.messages.push_back(call.encode(texts[i]));
    } catch (const base::Error& error) {
      const std::string which = texts.size() > 1 ? fmt::format("message {}: ", i + 1) : std::string();
      throw base::Error(fmt::format("{}: {}{}", messages.source, which, error.what()));
    }
  }
  if (!are_templates) return;
  result.messages = texts;
  result.encoder = [&call](std::string_view text, std::string& out) { out += call.encode(text); };
}

void check_bytes(const DescribedCall& call, const MessageTexts& messages) {
  try {
    for (const std::string& bytes : messages.texts) call.check(bytes);
  } catch (const base::Error& error) {
    throw base::Error(fmt::format("{}: {}", messages.source, error.what()));
  }
}

}  // namespace

MessageTexts message_texts(const GrpcOptions& options, const std::filesystem::path& directory) {
  if (options.binary_file)
    return {.texts = {base::read_file(directory / options.binary_file->value, kFileLimit)},
            .is_binary = true,
            .source = named("binaryFile", options.binary_file->value)};
  if (options.data_file) {
    const std::string& file = options.data_file->value;
    return {.texts = texts_of_file(base::read_file(directory / file, kFileLimit), file),
            .source = named("dataFile", file)};
  }
  if (options.data) return {.texts = texts_of(config::to_value(options.data->value))};
  return {.texts = {"{}"}};
}

load::GrpcCall call_of(const GrpcOptions& options, const DescribedCall& call, const MessageTexts& messages,
                       const load::Rows* rows) {
  load::GrpcCall result{.client_streams = call.client_streams(),
                        .server_streams = call.server_streams(),
                        .gzip = options.compression,
                        .message_limit = static_cast<std::size_t>(options.message_limit),
                        .stream_interval = options.stream.interval,
                        .stream_count = options.stream.count,
                        .stream_duration = options.stream.duration,
                        .dynamic_messages = options.stream.dynamic_messages,
                        .keepalive = options.keepalive};
  if (messages.is_binary) {
    if (call.check) check_bytes(call, messages);
    result.messages = messages.texts;
    return result;
  }
  if (messages.texts.empty() && !call.client_streams())
    throw base::Error(messages.source + ": an empty list; a call sends one message at least");
  if (!call.encode)
    throw base::Error("a call of this kind is not described; expected its message in binaryFile");
  encode_texts(call, messages, rows, result);
  return result;
}

}  // namespace iter8::tasks::grpc
