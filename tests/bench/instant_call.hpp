// A call whose transport answers at once and whose clock stands still: nothing waits, and the time is the library's.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "unfriend/core/clock.hpp"
#include "unfriend/http/transport.hpp"

#include "documents.hpp"

namespace bench {

/// Answers each request with the next document.
class instant_transport {
public:
    instant_transport(const std::vector<document>& all, const std::size_t& index) : all_(&all), index_(&index) {}

    std::error_code operator()(const unfriend::http_request&, unfriend::http_response& response) const {
        const std::string& text = (*all_)[*index_].text;
        response.status = 200;
        response.append(text.data(), text.size());
        return {};
    }

private:
    const std::vector<document>* all_;
    const std::size_t* index_;
};

struct stopped_clock {
    unfriend::timestamp operator()() const noexcept { return {std::chrono::seconds(1), 1'700'000'000}; }
};

struct no_wait {
    void operator()(std::chrono::nanoseconds) const noexcept {}
};

inline std::vector<std::vector<std::string>> accounts_of(const std::vector<document>& all) {
    std::vector<std::vector<std::string>> accounts;
    for (const document& one : all) {
        accounts.emplace_back();
        for (const outcome& item : one.outcomes) accounts.back().push_back(item.account);
    }
    return accounts;
}

} // namespace bench
