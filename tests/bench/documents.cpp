#include "documents.hpp"

#include <iterator>

namespace bench {

namespace {

/// A number that looks like chance and is the same on every machine.
std::size_t scrambled(std::size_t number) noexcept {
    const std::uint64_t product = (number + 1) * std::uint64_t{0x9E3779B97F4A7C15};
    return static_cast<std::size_t>(product >> 33U);
}

std::string quoted(const std::string& text) {
    std::string json = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') json += '\\';
        json += c;
    }
    return json += '"';
}

/// Where a line ends, and how far the next one is indented; nothing when the answer is compact.
std::string line(shape looks, std::size_t depth) {
    return looks == shape::pretty ? "\n" + std::string(4 * depth, ' ') : std::string();
}

std::string make_item(shape looks, const outcome& item) {
    const std::string account = "\"To_Account\":" + quoted(item.account);
    const std::string code = "\"ResultCode\":" + std::to_string(item.code);
    const std::string info = "\"ResultInfo\":" + quoted(item.info);
    const std::string separator = "," + line(looks, 3);
    const std::string members = looks == shape::reordered ? code + separator + info + separator + account
                                                          : account + separator + code + separator + info;
    return "{" + line(looks, 3) + members + line(looks, 2) + "}";
}

} // namespace

std::string_view name(shape looks) noexcept {
    switch (looks) {
    case shape::compact: return "compact";
    case shape::pretty: return "pretty";
    case shape::mixed: return "mixed";
    case shape::reordered: return "reordered";
    }
    return {};
}

std::vector<std::string> make_accounts(std::size_t size) {
    constexpr std::string_view prefixes[] = {"id", "user_", "player.", "customer-"};
    constexpr std::size_t ranges[] = {10, 1'000, 100'000, 1'000'000'000};
    std::vector<std::string> accounts;
    for (std::size_t i = 0; i < size; ++i) {
        const std::size_t chance = scrambled(i);
        const std::size_t number = scrambled(chance) % ranges[chance / 4 % std::size(ranges)];
        accounts.push_back(std::string(prefixes[chance % std::size(prefixes)]) + std::to_string(number));
    }
    return accounts;
}

std::vector<outcome> make_outcomes(shape looks, std::size_t size) {
    std::vector<outcome> outcomes;
    std::size_t index = 0;
    for (const std::string& account : make_accounts(size)) {
        const bool failed = looks == shape::mixed && index % 20 == 7;
        const bool escaped = looks == shape::mixed && index % 100 == 51;
        outcomes.push_back({escaped ? account + "\"\\" : account, failed ? 31704 : 0,
                            failed ? "Err_SNS_FriendDelete_\xE4\xB8\x8D\xE6\x98\xAF\xE5\xA5\xBD\xE5\x8F\x8B" : ""});
        ++index;
    }
    return outcomes;
}

std::string make_answer(shape looks, const std::vector<outcome>& outcomes) {
    std::string list = "\"ResultItem\":" + line(looks, 1) + "[";
    std::string separator = line(looks, 2);
    for (const outcome& item : outcomes) {
        list += separator + make_item(looks, item);
        separator = "," + line(looks, 2);
    }
    list += line(looks, 1) + "]";

    const std::string between = "," + line(looks, 1);
    const std::string status = "\"ActionStatus\":\"OK\"";
    const std::string code = "\"ErrorCode\":0";
    const std::string info = "\"ErrorInfo\":\"0\"";
    const std::string display = "\"ErrorDisplay\":\"\"";
    if (looks == shape::reordered) {
        const std::string unknown = "\"RequestId\":\"Id-70d3b1f1d6a84b3b8c1b-O-Seq-482913\"";
        return "{" + code + "," + unknown + "," + status + "," + display + "," + list + "," + info + "}";
    }
    return "{" + line(looks, 1) + list + between + status + between + code + between + info + between + display +
           line(looks, 0) + "}";
}

} // namespace bench
