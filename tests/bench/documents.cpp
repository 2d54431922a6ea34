#include "documents.hpp"

#include <map>
#include <random>
#include <tuple>

namespace bench {

namespace {

/// Chance that is the same on every machine.
class chance {
public:
    explicit chance(std::size_t seed) : engine_(seed) {}

    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(engine_() % bound); }

private:
    std::mt19937_64 engine_;
};

std::string make_user_id(chance& random, user_ids ids) {
    constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz0123456789_-.@";
    std::string id(ids == user_ids::fixed ? 16 : 6 + random.below(19), '\0');
    for (char& c : id) c = alphabet[random.below(alphabet.size())];
    return id;
}

/// Seeds are apart from each other for every kind and number.
std::size_t seed(user_ids ids, std::size_t size, std::size_t number) {
    return (number * 2 + static_cast<std::size_t>(ids)) * 10'000 + size;
}

outcome make_outcome(shape looks, chance& random, std::string account) {
    const std::size_t failures = looks == shape::mixed5 ? 5 : (looks == shape::mixed30 ? 30 : 0);
    if (random.below(100) >= failures) return {std::move(account), 0, ""};
    if (random.below(5) == 0) return {std::move(account), 30003, "Err_SNS_FriendDelete_To_Account_Not_Exist"};
    return {std::move(account), 31704, "Err_SNS_FriendDelete_\xE4\xB8\x8D\xE6\x98\xAF\xE5\xA5\xBD\xE5\x8F\x8B"};
}

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

/// Where a line ends, and how far the next one is indented; nothing when the response is compact.
std::string line(shape looks, std::size_t depth) {
    return looks == shape::pretty ? "\n" + std::string(4 * depth, ' ') : std::string();
}

std::string make_item(shape looks, const outcome& item) {
    const std::string colon = looks == shape::pretty ? "\": " : "\":";
    const std::string account = "\"To_Account" + colon + quoted(item.account);
    const std::string code = "\"ResultCode" + colon + std::to_string(item.code);
    const std::string info = "\"ResultInfo" + colon + quoted(item.info);
    const std::string separator = "," + line(looks, 3);
    const std::string members = looks == shape::reordered ? code + separator + info + separator + account
                                                          : account + separator + code + separator + info;
    return "{" + line(looks, 3) + members + line(looks, 2) + "}";
}

std::string make_text(shape looks, const std::vector<outcome>& outcomes) {
    const std::string colon = looks == shape::pretty ? "\": " : "\":";
    std::string list = "\"ResultItem" + colon + "[";
    std::string separator = line(looks, 2);
    for (const outcome& item : outcomes) {
        list += separator + make_item(looks, item);
        separator = "," + line(looks, 2);
    }
    list += line(looks, 1) + "]";

    const std::string between = "," + line(looks, 1);
    const std::string status = "\"ActionStatus" + colon + "\"OK\"";
    const std::string code = "\"ErrorCode" + colon + "0";
    const std::string info = "\"ErrorInfo" + colon + "\"0\"";
    const std::string display = "\"ErrorDisplay" + colon + "\"\"";
    if (looks == shape::reordered) {
        const std::string unknown = "\"RequestId\":\"Id-70d3b1f1d6a84b3b8c1b-O-Seq-482913\"";
        return "{" + code + "," + unknown + "," + status + "," + display + "," + list + "," + info + "}";
    }
    return "{" + line(looks, 1) + list + between + status + between + code + between + info + between + display +
           line(looks, 0) + "}";
}

} // namespace

std::string_view name(shape looks) noexcept {
    switch (looks) {
    case shape::compact: return "compact";
    case shape::pretty: return "pretty";
    case shape::mixed5: return "mixed5";
    case shape::mixed30: return "mixed30";
    case shape::reordered: return "reordered";
    }
    return {};
}

std::vector<std::string> make_accounts(user_ids ids, std::size_t size, std::size_t number) {
    chance random(seed(ids, size, number));
    std::vector<std::string> accounts;
    for (std::size_t i = 0; i < size; ++i) accounts.push_back(make_user_id(random, ids));
    return accounts;
}

document make_document(shape looks, user_ids ids, std::size_t size, std::size_t number) {
    chance random(seed(ids, size, number) + 1'000'000'000);
    document made;
    for (std::string& account : make_accounts(ids, size, number)) {
        made.outcomes.push_back(make_outcome(looks, random, std::move(account)));
    }
    made.text = make_text(looks, made.outcomes);
    return made;
}

const std::vector<document>& documents(shape looks, user_ids ids, std::size_t size) {
    static auto& made = *new std::map<std::tuple<shape, user_ids, std::size_t>, std::vector<document>>;
    std::vector<document>& kind = made[{looks, ids, size}];
    for (std::size_t number = kind.size(); number < rotation; ++number) {
        kind.push_back(make_document(looks, ids, size, number));
    }
    return kind;
}

} // namespace bench
