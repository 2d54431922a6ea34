// A fuzz target: any text as a `Retry-After`, and dates that were written here.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "unfriend/http/retry_after.hpp"

#include "target.hpp"

namespace {

constexpr std::int64_t year_of_seconds = 365 * 24 * 3600;
constexpr const char* formats[] = {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y",
                                   "%a %b %d %H:%M:%S %Y"};

std::string format(const char* how, std::int64_t unix_time) {
    const auto time = static_cast<std::time_t>(unix_time);
    std::tm parts{};
    gmtime_r(&time, &parts);
    char text[64];
    return {text, std::strftime(text, sizeof text, how, &parts)};
}

/// Any text. What is taken for a wait is a number, or a date that says the same when it is written again.
void check_text(std::string_view text, std::int64_t now) {
    const std::optional<std::chrono::seconds> wait = unfriend::parse_retry_after(text, now);
    const std::size_t begin = text.find_first_not_of(" \t");
    const std::string_view trimmed =
        begin == std::string_view::npos ? "" : text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
    const bool is_number = !trimmed.empty() && trimmed.find_first_not_of("0123456789") == std::string_view::npos;
    if (is_number) {
        const std::size_t first = trimmed.find_first_not_of('0');
        const std::string_view number = first == std::string_view::npos ? "0" : trimmed.substr(first);
        const std::int64_t seconds = number.size() > 9 ? year_of_seconds : std::stoll(std::string(number));
        require(wait && wait->count() == (seconds < year_of_seconds ? seconds : year_of_seconds), "seconds are taken");
        return;
    }
    if (!wait) return;
    require(wait->count() >= 0 && wait->count() <= year_of_seconds, "a wait is between none and a year");
    if (wait->count() == 0 || wait->count() == year_of_seconds) return; // the date is not known then
    bool is_date = false;
    for (const char* const how : formats) {
        const std::string date = format(how, now + wait->count());
        // The name of the day is not compared: a wrong one does not make another date.
        const std::size_t comma = date.find(' ');
        const std::size_t space = trimmed.find(' ');
        // 24:00 of a leap second is the next minute.
        const bool is_leap_second = trimmed.find(":60") != std::string_view::npos;
        is_date = is_date || is_leap_second ||
                  (space != std::string_view::npos && date.substr(comma) == trimmed.substr(space));
    }
    require(is_date, "what is taken for a date is one");
}

void check_date(std::int64_t now, std::int64_t date, unsigned how) {
    const auto wait = unfriend::parse_retry_after(format(formats[how % 4], date), now);
    const std::int64_t expected = date <= now ? 0 : date - now < year_of_seconds ? date - now : year_of_seconds;
    require(wait && wait->count() == expected, "each form of a date is taken");
}

std::int64_t take_number(input_bytes& input) {
    std::uint32_t number = 0;
    for (int i = 0; i != 4; ++i) number = number << 8U | input.take_byte();
    return number;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    input_bytes input(data, size);
    const unsigned mode = input.take_byte();
    const std::int64_t now = take_number(input);
    if (mode % 2 == 0) {
        check_text(input.rest(), now);
    } else {
        // Two digits of a year name one within 50 years.
        constexpr std::int64_t window = 45LL * year_of_seconds;
        const std::int64_t date = now + take_number(input) % (2 * window) - window;
        check_date(now, date < 0 ? 0 : date, mode / 2);
    }
    return 0;
}
