// What a call knows of itself so far: the answers, what the service said last, the last failure, and why it ended.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "unfriend/call/call_result.hpp"
#include "unfriend/call/detail/account_table.hpp"
#include "unfriend/call/detail/settlement.hpp"
#include "unfriend/core/errc.hpp"
#include "unfriend/core/error.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

class call_record {
public:
    /// A call begins.
    void begin() noexcept { *this = {}; }
    /// An attempt begins: the next answer overwrites the texts of the last one.
    void begin_attempt() noexcept {
        error_info_ = error_display_ = {};
        if (!request_id_.empty()) keep_request_id();
    }

    /// The texts of a response, as far as it could be decoded.
    template <class Response>
    void keep_texts(const Response& response) noexcept {
        error_info_ = response.error_info;
        error_display_ = response.error_display;
    }
    /// The service answered the attempt.
    void on_answer(std::int32_t error_code, std::string_view request_id) noexcept {
        ++answers_;
        error_code_ = error_code;
        request_id_ = request_id;
        kept_size_ = 0;
        last_error_ = {};
    }
    /// The attempt got no answer, or there is none for another reason.
    void on_failure(const error& why) noexcept { last_error_ = why; }

    /// The call ends.
    void end(stop_reason reason) noexcept {
        stop_reason_ = reason;
        if (!last_error_ && answers_ == 0) last_error_ = errc::deadline_exceeded;
    }

    std::uint32_t answers() const noexcept { return answers_; }
    std::string_view error_info() const noexcept { return error_info_; }
    const error& last_error() const noexcept { return last_error_; }
    /// The last error in static text.
    std::string_view explanation() const noexcept {
        return last_error_.code().category() == category() ? last_error_.what() : "the transport failed";
    }

    call_result report(const account_table& accounts, std::uint32_t attempts) const noexcept {
        call_result result(last_error_);
        result.items = {accounts.results(), accounts.listed()};
        result.outcome = overall_outcome(accounts.results(), accounts.size());
        result.stop_reason = stop_reason_;
        result.error_code = error_code_;
        result.error_info = error_info_;
        result.error_display = error_display_;
        result.request_id = kept_size_ != 0 ? std::string_view(kept_request_id_, kept_size_) : request_id_;
        result.attempts = attempts;
        result.answers = answers_;
        return result;
    }

private:
    /// The next response goes where this one is. An identifier that is too long is given up.
    void keep_request_id() noexcept {
        if (request_id_.size() <= sizeof kept_request_id_)
            kept_size_ = request_id_.copy(kept_request_id_, sizeof kept_request_id_);
        request_id_ = {};
    }

    std::uint32_t answers_ = 0;
    std::optional<std::int32_t> error_code_;
    std::string_view error_info_;
    std::string_view error_display_;
    std::string_view request_id_; // in the memory of the last answer, as long as that is there
    char kept_request_id_[64] = {};
    std::size_t kept_size_ = 0;
    unfriend::stop_reason stop_reason_ = unfriend::stop_reason::completed;
    error last_error_;
};

}}} // namespace unfriend::v0_2::detail
