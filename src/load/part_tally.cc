#include "load/part_tally.h"

namespace iter8::load {

void PartTally::add(const PartTally& other) {
  count += other.count;
  first_content.add(other.first_content);
  first_content_cut_short.add(other.first_content_cut_short);
  gaps.add(other.gaps);
  content_gaps.add(other.content_gaps);
  counts.add(other.counts);
  rates.add(other.rates);
  tokens.add(other.tokens);
  all_tokens += other.all_tokens;
  time_per_token.add(other.time_per_token);
  without += other.without;
}

}  // namespace iter8::load
