#pragma once

#include <optional>

namespace iter8::stats {

/// A version whose latencies are log-normal, and that stops now and then: pauses begin at random, their
/// lengths are exponential, and a request that falls due in one waits for its end. Times are seconds.
struct PausingService {
  double rate = 200;      // requests a second
  double median = 0.005;  // of the latency outside of pauses
  double spread = 0.5;    // standard deviation of its logarithm
  double pauses = 0;      // a second
  double pause = 0.05;    // average length
};

/// A figure of the latencies: a quantile, else the mean of min(latency, cap), else the mean.
struct LatencyFigure {
  std::optional<double> quantile = {};  // 0.5 for p50
  std::optional<double> cap = {};       // seconds
};

/// How many seconds of load on both versions show, at one-sided `alpha` and with probability `power`, that
/// the service time of one of two such versions is longer by the share `change` (0.1 for 10 %). Both have
/// pauses of their own. From the variance of a sum over a Poisson process of pauses (Campbell's theorem) and
/// that of independent requests; the variance is taken for known, so a real test takes 10 to 35 % longer.
/// +infinity where the figure does not move: a quantile that lies within the pauses. NaN for arguments out of
/// range.
double seconds_to_see(const PausingService& service, const LatencyFigure& figure, double change, double alpha,
                      double power);

}  // namespace iter8::stats
