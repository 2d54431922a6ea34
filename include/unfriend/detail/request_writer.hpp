// The bodies of friend_delete and friend_delete_all, validated as they are written.
#pragma once

#include <cstddef>
#include <string_view>

#include "unfriend/delete_type.hpp"
#include "unfriend/detail/json_writer.hpp"
#include "unfriend/detail/user_id.hpp"
#include "unfriend/result.hpp"

namespace unfriend::detail {

inline constexpr std::string_view request_from = R"({"From_Account":)";
inline constexpr std::string_view request_to = R"(,"To_Account":[)";
inline constexpr std::string_view request_type = R"(,"DeleteType":)";

/// Bytes enough for a body with so many accounts, each character escaped.
constexpr std::size_t max_request_size(std::size_t accounts, std::size_t max_user_id_size) noexcept {
    const std::size_t account = 2 * max_user_id_size + 3;
    const std::size_t type = wire_value(delete_type::single).size() + 2;
    return request_from.size() + request_to.size() + request_type.size() + type + (accounts + 1) * account + 2;
}

class request_writer {
public:
    request_writer(char_span buffer, std::size_t max_user_id_size, std::size_t max_accounts) noexcept
        : json_(buffer), max_user_id_size_(max_user_id_size), max_accounts_(max_accounts) {}

    void begin(std::string_view from_account) noexcept {
        if (!is_user_id(from_account, max_user_id_size_)) error_ = errc::invalid_from_account;
        json_.raw(request_from);
        write_json_text(json_, from_account);
    }

    /// False when no further account is wanted, because the request is refused.
    bool account(std::string_view to_account) noexcept {
        if (error_) return false;
        if (accounts_ == max_accounts_) {
            error_ = {errc::too_many_accounts, max_accounts_};
        } else if (!is_user_id(to_account, max_user_id_size_)) {
            error_ = {errc::invalid_to_account, accounts_};
        } else {
            json_.raw(accounts_ == 0 ? request_to : std::string_view(","));
            write_json_text(json_, to_account);
            ++accounts_;
        }
        return !error_;
    }

    void end_accounts() noexcept {
        if (accounts_ == 0 && !error_) error_ = errc::no_accounts;
        json_.raw(']');
    }

    void end(delete_type type) noexcept {
        if (const std::string_view value = wire_value(type); !value.empty()) {
            json_.raw(request_type);
            write_json_text(json_, value);
        }
        json_.raw('}');
    }

    result<std::string_view> finish() const noexcept {
        if (error_) return error_;
        return json_.finish();
    }

private:
    fixed_writer json_;
    std::size_t max_user_id_size_;
    std::size_t max_accounts_;
    std::size_t accounts_ = 0;
    error error_;
};

} // namespace unfriend::detail
