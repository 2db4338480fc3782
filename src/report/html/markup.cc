#include "report/html/markup.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/escaping.h"

namespace iter8::report {

std::string escaped(std::string_view text, std::size_t limit) {
  return xml_escaped(text, limit);
}

std::string name_markup(std::string_view name) {
  return base::replace_all(xml_escaped(name, 300), "/", "/<wbr>");
}

std::string section(std::string_view anchor, std::string_view title, const std::string& content) {
  if (content.empty()) return {};
  return fmt::format(
      "<section id=\"{0}\" aria-labelledby=\"{0}-title\"><h2 id=\"{0}-title\">{1}</h2>\n{2}</section>\n",
      anchor, escaped(title), content);
}

std::string sentences(const std::vector<std::string>& lines, std::string_view kind) {
  if (lines.empty()) return {};
  std::string text = fmt::format("<ul class=\"sentences {}\">\n", kind);
  for (const std::string& line : lines) text += "<li>" + escaped(line) + "</li>\n";
  return text + "</ul>\n";
}

std::string folded(std::string_view title, const std::string& content) {
  if (content.empty()) return {};
  return fmt::format("<details><summary>{}</summary>\n{}</details>\n", escaped(title), content);
}

std::string scrolling(std::string_view title, const std::string& content) {
  return fmt::format("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">{}</div>\n",
                     escaped(title, 200), content);
}

std::string table_markup(const Table& table) {
  if (table.rows.empty()) return {};
  std::string text = "<table class=\"numbers\"><thead><tr>";
  for (const std::string& title : table.header) text += "<th scope=\"col\">" + name_markup(title) + "</th>";
  text += "</tr></thead><tbody>\n";
  for (const auto& row : table.rows) {
    text += "<tr><th scope=\"row\">" + name_markup(row.front()) + "</th>";
    for (std::size_t column = 1; column < row.size(); ++column)
      text += row[column] == "unavailable" ? "<td class=\"none\">–</td>"
                                           : "<td>" + escaped(row[column]) + "</td>";
    text += "</tr>\n";
  }
  return scrolling(table.title, text + "</tbody></table>");
}

}  // namespace iter8::report
