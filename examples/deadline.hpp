// One budget of time for all that a command does: attempts, waits and calls.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <system_error>
#include <thread>

#include <unfriend/transport.hpp>

namespace example {

/// A point in time after which nothing is begun; without one there is always time.
class deadline {
public:
    using clock = std::chrono::steady_clock;

    explicit deadline(std::optional<std::chrono::milliseconds> budget) noexcept {
        if (budget) end_ = clock::now() + *budget;
    }

    bool is_set() const noexcept { return end_.has_value(); }

    /// Never negative. Ask only when it is set.
    std::chrono::milliseconds left() const noexcept {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(*end_ - clock::now());
        return std::max(left, std::chrono::milliseconds(0));
    }

    bool has_passed() const noexcept { return is_set() && left().count() == 0; }

    /// Waits, if there is time for that and more; false when there is not, and then at once.
    bool wait(std::chrono::milliseconds duration) const {
        if (is_set() && left() <= duration) return false;
        std::this_thread::sleep_for(duration);
        return true;
    }

private:
    std::optional<clock::time_point> end_;
};

/// A transport that gives each request what is left of the time.
template <class Transport>
class timed_transport {
public:
    /// Both must outlive it.
    timed_transport(Transport& transport, const deadline& until) noexcept : transport_(&transport), until_(&until) {}

    unfriend::error operator()(unfriend::http_request request, unfriend::http_response& response) const {
        if (until_->has_passed()) return std::make_error_code(std::errc::timed_out);
        if (until_->is_set()) request.timeout = until_->left();
        return unfriend::perform(*transport_, request, response);
    }

private:
    Transport* transport_;
    const deadline* until_;
};

} // namespace example
