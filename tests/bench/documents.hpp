// What is decoded and encoded: the same for every library, and the same in every run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// How an answer looks.
enum class shape {
    compact,   ///< as the service writes it
    pretty,    ///< indented as in the service's documents
    mixed,     ///< compact; 5 % of the accounts failed, with UTF-8 in ResultInfo, and 1 % hold escapes
    reordered, ///< compact; the members in another order, and one that is unknown
};

inline constexpr shape shapes[] = {shape::compact, shape::pretty, shape::mixed, shape::reordered};
inline constexpr std::size_t sizes[] = {3, 100, 1000};
inline constexpr std::size_t max_items = 1000;

std::string_view name(shape looks) noexcept;

/// UserIDs, 3 to 18 bytes long.
std::vector<std::string> make_accounts(std::size_t size);

/// One element of `ResultItem`.
struct outcome {
    std::string account;
    std::int32_t code;
    std::string info;
};

std::vector<outcome> make_outcomes(shape looks, std::size_t size);

/// The answer that says these outcomes.
std::string make_answer(shape looks, const std::vector<outcome>& outcomes);

/// Whether a decoded answer says these outcomes, all of it.
template <class Answer>
bool says(const Answer& answer, const std::vector<outcome>& outcomes) {
    if (answer.items.size() != outcomes.size()) return false;
    std::size_t index = 0;
    for (const outcome& due : outcomes) {
        const auto& item = answer.items[index++];
        if (item.to_account != due.account || item.result_code != due.code || item.result_info != due.info)
            return false;
    }
    return answer.action_status == "OK" && answer.error_code == 0 && answer.error_info == "0" &&
           answer.error_display.empty();
}

} // namespace bench
