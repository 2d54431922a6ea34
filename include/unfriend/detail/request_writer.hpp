// The bodies of friend_delete and friend_delete_all, validated as they are written.
#pragma once

#include <cstddef>
#include <string_view>

#include "unfriend/delete_type.hpp"
#include "unfriend/detail/json_writer.hpp"
#include "unfriend/detail/simd.hpp"
#include "unfriend/detail/user_id.hpp"
#include "unfriend/result.hpp"

namespace unfriend::detail {

inline constexpr std::string_view request_from = R"({"From_Account":)";
inline constexpr std::string_view request_to = R"(,"To_Account":)";
inline constexpr std::string_view request_type = R"(,"DeleteType":)";

/// Bytes enough for a body with so many accounts, each character escaped.
constexpr std::size_t max_request_size(std::size_t accounts, std::size_t max_user_id_size) noexcept {
    const std::size_t account = 2 * max_user_id_size + 3;
    const std::size_t type = wire_value(delete_type::single).size() + 2;
    return request_from.size() + request_to.size() + request_type.size() + type + (accounts + 1) * account + 3;
}

class request_writer {
public:
    request_writer(char_span buffer, std::size_t max_user_id_size, std::size_t max_accounts) noexcept
        : json_(buffer), max_user_id_size_(max_user_id_size), max_accounts_(max_accounts) {}

    void begin(std::string_view from_account) noexcept {
        if (!is_user_id(from_account, max_user_id_size_)) refuse(errc::invalid_from_account);
        json_.raw(request_from);
        write_json_text(json_, from_account);
    }

    /// False when no further account is wanted, because the request is refused.
    bool account(std::string_view to_account) noexcept {
        if (accounts_ == max_accounts_) return refuse({errc::too_many_accounts, max_accounts_});
        const std::size_t size = to_account.size();
        if (size == 0 || size > max_user_id_size_) return refuse({errc::invalid_to_account, accounts_});
        if (accounts_ == 0) json_.raw(request_to);
        const char separator = accounts_ == 0 ? '[' : ',';
        char* const out = json_.reserve(size + 3);
        if (out != nullptr && copy_plain(to_account.data(), size, out + 2)) {
            out[0] = separator;
            out[1] = '"';
            out[size + 2] = '"';
            json_.advance(size + 3);
        } else if (is_printable_ascii(to_account)) {
            json_.raw(separator);
            write_json_text(json_, to_account);
        } else {
            return refuse({errc::invalid_to_account, accounts_});
        }
        ++accounts_;
        return true;
    }

    void end_accounts() noexcept {
        if (accounts_ == 0) refuse(errc::no_accounts);
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
    bool refuse(error reason) noexcept {
        if (!error_) error_ = reason;
        return false;
    }

    fixed_writer json_;
    std::size_t max_user_id_size_;
    std::size_t max_accounts_;
    std::size_t accounts_ = 0;
    error error_;
};

} // namespace unfriend::detail
