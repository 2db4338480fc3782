// Texts that the load engine reads: rows of a CSV file, requests with places, cookies that a server sets,
// JSON with a path into it, and the histograms of a result. The first byte chooses which.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.h"
#include "load/data_rows.h"
#include "load/json_path.h"
#include "load/request/cookie_jar.h"
#include "load/request/request_template.h"
#include "stats/histogram/sketch.h"

namespace {

using namespace iter8;

void read_rows(std::string_view text) {
  const load::Rows rows = load::parse_csv(text);
  if (rows.columns.empty() || rows.count() == 0 || rows.cells.size() != rows.count() * rows.columns.size())
    abort();
}

void fill_places(std::string_view text) {
  const load::Rows rows{.columns = {"id", "name"}, .cells = {"1", "a b"}};
  const load::RequestTemplate request(text, &rows, load::RequestTemplate::Escape::percent);
  const load::Draw draw{.number = 12345};
  std::string written;
  request.append_to(written, draw);
  if (written.size() != request.size(draw)) abort();
}

void set_cookies(std::string_view text) {
  load::CookieJar jar;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    jar.set(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  if (jar.text().find_first_of("\r\n") != std::string::npos) abort();
}

/// The path stands on the first line.
void find_in_json(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return;
  std::string problem;
  const auto path = load::JsonPath::parse(text.substr(0, end), problem);
  if (path.has_value() != problem.empty()) abort();
  if (!path) return;
  const auto value = path->find(text.substr(end + 1));
  if (!value) return;
  if ((value->kind == load::JsonValue::Kind::absent) != value->bytes.empty()) abort();
  if (value->bytes.empty()) return;
  const auto again = load::JsonPath::parse(".", problem)->find(value->bytes);
  if (!again || again->bytes != value->bytes || again->text() != value->text()) abort();
}

void read_sketch(std::string_view text) {
  auto sketch = stats::Sketch::parse(text);
  if (!sketch) return;
  if (stats::Sketch::parse(sketch->to_text()) != sketch) abort();
  const std::int64_t count = sketch->count();
  sketch->add(*sketch);
  if (sketch->count() < count || sketch->percentile(50) > sketch->percentile(99)) abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    if (data[0] == 'r') read_rows(text);
    if (data[0] == 'p') fill_places(text);
    if (data[0] == 'c') set_cookies(text);
    if (data[0] == 'j') find_in_json(text);
    if (data[0] == 's') read_sketch(text);
  } catch (const base::Error&) {
  }
  return 0;
}
