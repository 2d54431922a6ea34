// What is decoded and encoded: the same for every library and in every run. There are many documents of each kind,
// which are measured in rotation: a processor learns the lengths and places of a document that it reads twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// How a response looks.
enum class shape {
    compact,   ///< as the service writes it; every account was deleted
    pretty,    ///< the same, indented as in the service's documents
    mixed5,    ///< compact; 5 % of the accounts failed, at random places, with UTF-8 in ResultInfo
    mixed30,   ///< the same with 30 %
    reordered, ///< compact; the members in another order, and one that is unknown
};

/// How long the UserIDs are.
enum class user_ids {
    varied, ///< 6 to 24 bytes, at random
    fixed,  ///< 16 bytes
};

inline constexpr shape shapes[] = {shape::compact, shape::pretty, shape::mixed5, shape::mixed30, shape::reordered};
inline constexpr std::size_t sizes[] = {3, 100, 1000};
inline constexpr std::size_t max_items = 1000;
inline constexpr std::size_t rotation = 64; ///< documents of each kind

std::string_view name(shape looks) noexcept;

/// One element of `ResultItem`.
struct outcome {
    std::string account;
    std::int32_t code;
    std::string info;
};

struct document {
    std::vector<outcome> outcomes;
    std::string text;
};

/// The UserIDs of document `number`.
std::vector<std::string> make_accounts(user_ids ids, std::size_t size, std::size_t number);

/// Document `number` of a kind.
document make_document(shape looks, user_ids ids, std::size_t size, std::size_t number);

/// All documents of a kind. They live as long as the program.
const std::vector<document>& documents(shape looks, user_ids ids, std::size_t size);

/// Whether a decoded response has these outcomes, all of them.
template <class Response>
bool has(const Response& response, const std::vector<outcome>& outcomes) {
    if (response.items.size() != outcomes.size()) return false;
    std::size_t index = 0;
    for (const outcome& expected : outcomes) {
        const auto& item = response.items[index++];
        if (item.to_account != expected.account || item.result_code != expected.code ||
            item.result_info != expected.info)
            return false;
    }
    return response.action_status == "OK" && response.error_code == 0 && response.error_info == "0" &&
           response.error_display.empty();
}

} // namespace bench
