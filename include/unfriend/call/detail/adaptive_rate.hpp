// How many calls a second the service takes: found out from the calls that it refuses as too many.
#pragma once

#include <chrono>

#include "unfriend/call/detail/rate_math.hpp"
#include "unfriend/core/detail/bounds.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// As the adaptive mode of the AWS SDKs: a cut when a call is throttled, and a cubic curve back (RFC 9438, CUBIC). It
/// returns quickly to just below the rate at which a call was refused, is careful there, and quick again beyond.
///
/// A refusal counts only if the call was sent after the last cut, and a success too: the others say what was known
/// already. Never above `max`. Times are nanoseconds from any fixed point in time; rates are calls a second.
class adaptive_rate {
public:
    using duration = std::chrono::nanoseconds;

    explicit adaptive_rate(double max) noexcept : max_(max), rate_(max) {}

    double max_rate() const noexcept { return max_; }
    double rate() const noexcept { return rate_; }

    void set_max(double max) noexcept {
        if (rate_ >= smaller(max_, max)) rate_ = max;
        max_ = max;
    }

    void on_sent(duration now) noexcept {
        const double memory = exponential(smaller(seconds(last_sent_ - now), 0.0) / measured_over);
        measured_ = measured_ * memory + 1 / measured_over;
        last_sent_ = now;
    }

    /// False when it says nothing new.
    bool on_throttled(duration now, duration sent_at) noexcept {
        if (!is_news(sent_at)) return false;
        refused_at_rate_ = larger(smaller(rate_, measured_), rate_ * deepest_cut);
        cut(now, refused_at_rate_ * after_cut);
        return true;
    }

    /// After this one the rate also doubles no faster than each minute.
    bool on_security_policy(duration now, duration sent_at) noexcept {
        if (!is_news(sent_at)) return false;
        cut(now, rate_ * after_objection);
        refused_at_rate_ = rate_;
        is_slow_ = true;
        slow_since_ = now;
        slow_from_ = rate_;
        return true;
    }

    void on_success(duration now, duration sent_at) noexcept {
        if (rate_ >= max_ || !is_news(sent_at)) return;
        double target = curve(seconds(now - cut_at_));
        if (is_slow_) {
            const double bound = slow_from_ * power_of_two(smaller(seconds(now - slow_since_) / 60, 40.0));
            is_slow_ = bound < max_;
            target = smaller(target, bound);
        }
        rate_ = smaller(larger(rate_, target), max_);
    }

private:
    static constexpr double after_cut = 0.8;
    static constexpr double deepest_cut = 0.3; // however little was sent just then
    static constexpr double after_objection = 1.0 / 16;
    static constexpr double steepness = 0.001;   // of `max`, per cubic second: 10 s from nothing to all
    static constexpr double measured_over = 0.5; // seconds
    static constexpr double slowest_probe = 0.1; // calls a second

    static double seconds(duration time) noexcept { return std::chrono::duration<double>(time).count(); }

    bool is_news(duration sent_at) const noexcept { return !is_cut_ || sent_at > cut_at_; }

    /// Slow enough for a thousand processes on one quota, but quick enough to notice that the service is back.
    double least() const noexcept { return smaller(larger(max_ / 1024, slowest_probe), max_ * after_objection); }

    void cut(duration now, double rate) noexcept {
        rate_ = cut_to_ = larger(rate, least());
        cut_at_ = now;
        is_cut_ = true;
    }

    double curve(double since_cut) const noexcept {
        const double factor = steepness * max_;
        const double flat_after = cube_root(larger(refused_at_rate_ - cut_to_, 0.0) / factor);
        const double time = since_cut - flat_after;
        return refused_at_rate_ + factor * time * time * time;
    }

    double max_;
    double rate_;
    double measured_ = 0; // calls a second that were sent of late
    duration last_sent_{};
    bool is_cut_ = false; // ever
    duration cut_at_{};
    double cut_to_ = 0;
    double refused_at_rate_ = 0;
    bool is_slow_ = false; // since the security policy objected
    duration slow_since_{};
    double slow_from_ = 0;
};

}}} // namespace unfriend::v0_2::detail
