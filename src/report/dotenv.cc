// Variables for later jobs: KEY=value lines that GitLab's dotenv reader and every shell read alike, so
// without quotes and with harmless characters only.
#include <algorithm>
#include <cctype>

#include "report/formats.h"
#include "report/outputs.h"

namespace iter8::report {

std::string dotenv(const experiment::Result& result) {
  std::string text;
  for (const auto& [name, value] : outputs_of(result)) {
    std::string key = "ITER8_" + name;
    std::transform(key.begin(), key.end(), key.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    text += key + "=" + value + "\n";
  }
  return text;
}

}  // namespace iter8::report
