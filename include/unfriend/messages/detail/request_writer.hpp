// Writes the bodies of friend_delete and friend_delete_all, and validates them.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/detail/ascii.hpp"
#include "unfriend/core/detail/simd.hpp"
#include "unfriend/core/result.hpp"
#include "unfriend/core/text.hpp"
#include "unfriend/json/detail/writer.hpp"
#include "unfriend/messages/delete_type.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

inline constexpr std::string_view request_from = R"({"From_Account":")";
inline constexpr std::string_view request_to = R"(,"To_Account":[")";
inline constexpr std::string_view request_next = R"(",")";
inline constexpr std::string_view request_to_end = R"("])";
inline constexpr std::string_view request_type = R"(,"DeleteType":")";

/// The size of a body with `accounts` accounts when every character is escaped.
constexpr std::size_t max_request_size(std::size_t accounts, std::size_t max_user_id_size) noexcept {
    const std::size_t user_id = 2 * max_user_id_size;
    const std::size_t to = request_to.size() + accounts * (user_id + request_next.size()) + request_to_end.size();
    const std::size_t type = request_type.size() + wire_value(delete_type::single).size() + 1;
    return request_from.size() + user_id + 1 + to + type + 1;
}

/// Writes accounts, each after its separator, as long as they need no escape and fit. Its few members stay in
/// registers: a large request spends its time here.
class plain_accounts {
public:
    plain_accounts(char_span room, std::size_t max_user_id_size, std::size_t accounts_left) noexcept
        : begin_(room.data()), out_(room.data()), accounts_left_(accounts_left) {
        const std::size_t most = request_next.size() + max_user_id_size;
        if (room.size() < most) return;
        last_ = begin_ + (room.size() - most);
        max_user_id_size_ = max_user_id_size;
    }

    /// False when the account needs the general path. Nothing is written then.
    bool write(std::string_view account) noexcept {
        if (account.size() - 1 >= max_user_id_size_ || accounts_left_ == 0 || out_ > last_) return false;
        std::memcpy(out_, request_next.data(), request_next.size());
        if (!copy_plain(account.data(), account.size(), out_ + request_next.size())) return false;
        out_ += request_next.size() + account.size();
        --accounts_left_;
        return true;
    }

    std::size_t bytes_written() const noexcept { return static_cast<std::size_t>(out_ - begin_); }
    std::size_t accounts_left() const noexcept { return accounts_left_; }

private:
    char* begin_;
    char* out_;
    const char* last_ = nullptr;       ///< the last position where the longest account fits
    std::size_t max_user_id_size_ = 0; ///< 0, which no account fits, when there is no room
    std::size_t accounts_left_;
};

class request_writer {
public:
    request_writer(char_span buffer, std::size_t max_user_id_size, std::size_t max_accounts) noexcept
        : json_(buffer), max_user_id_size_(max_user_id_size), max_accounts_(max_accounts),
          accounts_left_(max_accounts) {}

    void begin(std::string_view from_account) noexcept {
        json_.append(request_from);
        if (!user_id(from_account)) fail(errc::invalid_from_account);
        json_.append('"');
    }

    /// Stops at the first account that is refused.
    template <class Accounts>
    void accounts(Accounts&& to_accounts) {
        plain_accounts plain({}, 0, accounts_left_); // the first account has another separator
        for (auto&& to_account : to_accounts) {
            using account_type = std::remove_cv_t<std::remove_reference_t<decltype(to_account)>>;
            const std::string_view text = text_access<account_type>::view(to_account);
            if (plain.write(text)) continue;
            add(plain);
            if (!account(text)) return;
            plain = plain_accounts(json_.prepare(), max_user_id_size_, accounts_left_);
        }
        add(plain);
        if (accounts_left_ == max_accounts_) fail(errc::no_accounts);
        json_.append(request_to_end);
    }

    void end(delete_type type) noexcept {
        if (const std::string_view value = wire_value(type); !value.empty()) {
            json_.append(request_type);
            json_.append(value);
            json_.append('"');
        }
        json_.append('}');
    }

    result<std::string_view> finish() const noexcept {
        if (error_) return error_;
        return json_.finish();
    }

private:
    bool account(std::string_view to_account) noexcept {
        const std::size_t index = max_accounts_ - accounts_left_;
        if (accounts_left_ == 0) return fail({errc::too_many_accounts, max_accounts_});
        json_.append(index == 0 ? request_to : request_next);
        if (!user_id(to_account)) return fail({errc::invalid_to_account, index});
        --accounts_left_;
        return true;
    }

    bool user_id(std::string_view text) noexcept {
        if (text.empty() || text.size() > max_user_id_size_) return false;
        const char_span room = json_.prepare();
        if (text.size() <= room.size() && copy_plain(text.data(), text.size(), room.data())) {
            json_.commit(text.size());
            return true;
        }
        if (!is_printable_ascii(text)) return false;
        write_json_characters(json_, text);
        return true;
    }

    void add(const plain_accounts& plain) noexcept {
        json_.commit(plain.bytes_written());
        accounts_left_ = plain.accounts_left();
    }

    bool fail(error reason) noexcept {
        if (!error_) error_ = reason;
        return false;
    }

    fixed_writer json_;
    std::size_t max_user_id_size_;
    std::size_t max_accounts_;
    std::size_t accounts_left_;
    error error_;
};

}}} // namespace unfriend::v0_2::detail
