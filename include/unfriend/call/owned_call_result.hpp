// A report that outlives the memory of its call: all of its texts are its own.
//
//   std::optional<unfriend::owned_call_result> last;
//   last = client(request).to_owned();
//   for (const auto& account : last->failures()) …
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "unfriend/call/account_result.hpp"
#include "unfriend/call/call_result.hpp"
#include "unfriend/core/error.hpp"

namespace unfriend { inline namespace v0_2 {

/// An account of an `owned_call_result`.
using owned_account_result = basic_account_result<std::string>;

/// The same as a `call_result`, made by `call_result::to_owned`. Allocates a vector of the items, and each text that
/// `std::string` does not hold in itself.
class [[nodiscard]] owned_call_result {
public:
    explicit owned_call_result(const call_result& report)
        : outcome(report.outcome), stop_reason(report.stop_reason), error_code(report.error_code),
          error_info(report.error_info), error_display(report.error_display), request_id(report.request_id),
          attempts(report.attempts), answers(report.answers), last_error_(report.last_error()) {
        items.reserve(report.items.size());
        for (const account_result& each : report.items) {
            items.push_back(
                {std::string(each.to_account), std::string(each.result_info), each.result_code, each.outcome});
        }
    }

    std::vector<owned_account_result> items;
    unfriend::outcome outcome;
    unfriend::stop_reason stop_reason;
    std::optional<std::int32_t> error_code;
    std::string error_info;
    std::string error_display;
    std::string request_id;
    std::uint32_t attempts;
    std::uint32_t answers;

    bool answered() const noexcept { return answers != 0; }
    const error& last_error() const noexcept { return last_error_; }
    bool ok() const noexcept {
        return outcome == unfriend::outcome::deleted || outcome == unfriend::outcome::already_gone;
    }
    bool all_gone() const noexcept { return detail::all_gone(*this); }
    auto failures() const noexcept { return detail::failures_of<owned_account_result>(items); }

    explicit operator bool() const = delete; // a report is neither true nor false: ask answered(), ok() or all_gone()

private:
    error last_error_;
};

inline owned_call_result call_result::to_owned() const { return owned_call_result(*this); }

}} // namespace unfriend::v0_2
