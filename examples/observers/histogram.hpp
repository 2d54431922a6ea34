// A histogram in the text format of OpenMetrics.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <ostream>
#include <string>
#include <string_view>

namespace example {

/// The largest value of a bucket, and how OpenMetrics writes it.
struct bucket_bound {
    std::int64_t value;
    std::string_view text;
};

/// Counts values by size. `Bounds`: an array of `bucket_bound`, ascending; larger values have a bucket too. `PerUnit`:
/// the value that is printed as 1. Safe to share between threads, without locks.
template <const auto& Bounds, std::int64_t PerUnit = 1>
class histogram {
public:
    void add(std::int64_t value) noexcept {
        const auto* const bound =
            std::find_if(std::begin(Bounds), std::end(Bounds), [=](const auto& each) { return value <= each.value; });
        buckets_[static_cast<std::size_t>(bound - std::begin(Bounds))].fetch_add(1, std::memory_order_relaxed);
        sum_.fetch_add(value, std::memory_order_relaxed);
    }

    bool empty() const noexcept {
        return std::all_of(buckets_.begin(), buckets_.end(), [](const auto& bucket) { return bucket == 0; });
    }

    /// `labels`: `name="value"` and so on, with commas in between; at least one.
    void print(std::ostream& out, std::string_view name, const std::string& labels) const {
        std::uint64_t count = 0;
        for (std::size_t i = 0; i < buckets_.size(); ++i) {
            count += buckets_[i].load(std::memory_order_relaxed);
            out << name << "_bucket{" << labels << ",le=\"" << (i < std::size(Bounds) ? Bounds[i].text : "+Inf")
                << "\"} " << count << '\n';
        }
        const auto sum = static_cast<double>(sum_.load(std::memory_order_relaxed));
        out << name << "_count{" << labels << "} " << count << '\n';
        out << name << "_sum{" << labels << "} " << sum / static_cast<double>(PerUnit) << '\n';
    }

private:
    std::array<std::atomic<std::uint64_t>, std::size(Bounds) + 1> buckets_{};
    std::atomic<std::int64_t> sum_{0};
};

} // namespace example
