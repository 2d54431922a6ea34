// Reads the `Retry-After` header of a response.
//
//   if (auto wait = unfriend::parse_retry_after(response.retry_after(), unix_now)) sleep(*wait);
//
// Implements RFC 9110, 10.2.3 ("Retry-After") and 5.6.7 ("Date/Time Formats").
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "unfriend/core/detail/bounds.hpp"

namespace unfriend { inline namespace v0_2 {

namespace detail {

/// Days from 1970-01-01 to a day of the Gregorian calendar. `month`: 1 to 12; `day`: 1 to 31.
constexpr std::int64_t days_since_1970(std::int64_t year, std::int64_t month, std::int64_t day) noexcept {
    // Years that begin in March have their leap day at the end.
    const std::int64_t shifted_year = month > 2 ? year : year - 1;
    const std::int64_t months_since_march = (month + 9) % 12;
    const std::int64_t day_of_year = (153 * months_since_march + 2) / 5 + day - 1;
    const std::int64_t leap_days = shifted_year / 4 - shifted_year / 100 + shifted_year / 400;
    constexpr std::int64_t before_1970 = 719'468;
    return 365 * shifted_year + leap_days + day_of_year - before_1970;
}

/// `month`: 1 to 12.
constexpr std::int64_t days_in_month(std::int64_t year, std::int64_t month) noexcept {
    const std::int64_t next = month == 12 ? days_since_1970(year + 1, 1, 1) : days_since_1970(year, month + 1, 1);
    return next - days_since_1970(year, month, 1);
}

/// Reads a text from left to right; once something does not fit, everything that follows fails.
class date_reader {
public:
    explicit constexpr date_reader(std::string_view text) noexcept : rest_(text) {}

    constexpr void expect(std::string_view text) noexcept {
        is_good_ = is_good_ && rest_.substr(0, text.size()) == text;
        skip(text.size());
    }

    /// A number of exactly `digits` digits, `least` to `most`. `pad`: what may stand for a leading zero.
    constexpr std::int64_t number(std::size_t digits, std::int64_t least, std::int64_t most, char pad = '0') noexcept {
        std::int64_t value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            const char c = i < rest_.size() ? rest_[i] : ' ';
            const bool is_padding = i == 0 && digits > 1 && c == pad;
            is_good_ = is_good_ && (is_padding || (c >= '0' && c <= '9'));
            value = 10 * value + (is_padding ? 0 : c - '0');
        }
        skip(digits);
        is_good_ = is_good_ && value >= least && value <= most;
        return value;
    }

    /// The position, from 1, of what comes next among `names`, which all have `size` characters; 0 for none.
    constexpr std::int64_t name(std::string_view names, std::size_t size) noexcept {
        const std::string_view found = rest_.substr(0, size);
        for (std::size_t i = 0; found.size() == size && i < names.size(); i += size) {
            if (names.substr(i, size) != found) continue;
            skip(size);
            return static_cast<std::int64_t>(i / size) + 1;
        }
        is_good_ = false;
        return 0;
    }

    constexpr bool is_at_end() const noexcept { return is_good_ && rest_.empty(); }

private:
    constexpr void skip(std::size_t size) noexcept { rest_.remove_prefix(smaller(size, rest_.size())); }

    std::string_view rest_;
    bool is_good_ = true;
};

/// Unix seconds of an HTTP-date of RFC 9110: the preferred form or one of the two obsolete ones. `unix_now` tells the
/// century of a year of two digits.
constexpr std::optional<std::int64_t> parse_http_date(std::string_view text, std::int64_t unix_now) noexcept {
    constexpr std::string_view days = "MonTueWedThuFriSatSun";
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    constexpr std::int64_t seconds_a_day = 86'400;
    constexpr std::int64_t seconds_a_year = 31'556'952; // on average
    date_reader reader(text);
    std::int64_t year = 0;
    std::int64_t month = 0;
    std::int64_t day = 0;
    std::int64_t second_of_day = 0;
    const auto read_time = [&]() constexpr {
        second_of_day = 3600 * reader.number(2, 0, 23);
        reader.expect(":");
        second_of_day += 60 * reader.number(2, 0, 59);
        reader.expect(":");
        second_of_day += reader.number(2, 0, 60); // a leap second included
    };
    const std::int64_t day_of_week = reader.name(days, 3);
    if (text.size() > 3 && text[3] == ',') { // Sun, 06 Nov 1994 08:49:37 GMT
        reader.expect(", ");
        day = reader.number(2, 1, 31);
        reader.expect(" ");
        month = reader.name(months, 3);
        reader.expect(" ");
        year = reader.number(4, 0, 9999);
        reader.expect(" ");
        read_time();
        reader.expect(" GMT");
    } else if (text.size() > 3 && text[3] == ' ') { // Sun Nov  6 08:49:37 1994
        reader.expect(" ");
        month = reader.name(months, 3);
        reader.expect(" ");
        day = reader.number(2, 1, 31, ' ');
        reader.expect(" ");
        read_time();
        reader.expect(" ");
        year = reader.number(4, 0, 9999);
    } else { // Sunday, 06-Nov-94 08:49:37 GMT
        constexpr std::string_view endings[] = {"", "day", "sday", "nesday", "rsday", "day", "urday", "day"};
        reader.expect(endings[day_of_week]);
        reader.expect(", ");
        day = reader.number(2, 1, 31);
        reader.expect("-");
        month = reader.name(months, 3);
        reader.expect("-");
        year = 1900 + reader.number(2, 0, 99);
        reader.expect(" ");
        read_time();
        reader.expect(" GMT");
        // The latest year with these digits that is not more than 50 years ahead.
        const std::int64_t latest = 1970 + unix_now / seconds_a_year + 50;
        if (latest > year) year += (latest - year) / 100 * 100;
    }
    if (!reader.is_at_end() || day > days_in_month(year, month)) return std::nullopt;
    return days_since_1970(year, month, day) * seconds_a_day + second_of_day;
}

} // namespace detail

/// The longest time that `parse_retry_after` gives: a year.
inline constexpr std::chrono::seconds max_retry_after = std::chrono::hours(24 * 365);

/// How long a server asks to wait: 0 to `max_retry_after`. Nothing when `text` is neither a number of seconds nor a
/// date of RFC 9110. A date that has passed is no wait. `unix_now`: Unix seconds. Takes time linear in the text;
/// allocates nothing.
constexpr std::optional<std::chrono::seconds> parse_retry_after(std::string_view text, std::int64_t unix_now) noexcept {
    const auto is_space = [](char c) constexpr { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    if (text.empty()) return std::nullopt;
    std::int64_t wait = 0;
    if (text.front() >= '0' && text.front() <= '9') {
        for (const char c : text) {
            if (c < '0' || c > '9') return std::nullopt;
            wait = detail::smaller<std::int64_t>(10 * wait + (c - '0'), max_retry_after.count());
        }
    } else {
        const std::optional<std::int64_t> date = detail::parse_http_date(text, unix_now);
        if (!date) return std::nullopt;
        wait = *date > unix_now ? *date - unix_now : 0;
    }
    return detail::smaller(std::chrono::seconds(wait), max_retry_after);
}

}} // namespace unfriend::v0_2
