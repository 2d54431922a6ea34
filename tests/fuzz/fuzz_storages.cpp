// A fuzz target: any bytes, decoded as each command's response into each kind of storage, hold what RapidJSON's DOM
// finds in them.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/messages/friend_delete_all.hpp"

#include "judge.hpp"
#include "target.hpp"

namespace {

using unfriend::errc;
using unfriend::owned_result_item;
using unfriend::result_item;

/// A copy of a body on the heap, of exactly its size.
class exact_copy {
public:
    explicit exact_copy(std::string_view text) : bytes_(new char[text.size()]), size_(text.size()) {
        text.copy(bytes_.get(), size_);
    }
    unfriend::char_span span() const { return {bytes_.get(), size_}; }

private:
    std::unique_ptr<char[]> bytes_;
    std::size_t size_;
};

template <class Text>
judged_item to_judged(const unfriend::basic_result_item<Text>& item) {
    return {{std::string(item.to_account), std::string(item.result_info)}, item.result_code};
}

template <class Response>
judged_item head_of(const Response& response) {
    return {{std::string(response.action_status), std::string(response.error_info), std::string(response.error_display),
             std::string(response.request_id)},
            response.error_code};
}

judged_item blank_head() { return {{"", "", "", ""}}; }

/// The error has to be the one that the judgement says, if it is known.
void check_failure(const unfriend::error& failure, const judgement& expected, std::size_t size) {
    if (expected.is_undecided) return;
    if (!expected.is_json) return require(static_cast<bool>(failure), "what is no JSON is refused");
    if (expected.fault) require(failure == *expected.fault, "the first fault is the one that is reported");
    require(!failure || failure == errc::too_many_items || failure.detail() <= size, "offsets are within the body");
}

/// `capacity`: items that there is room for.
template <class Response, class GetItems>
void check_items(std::string_view body, const judgement& expected, Response& response, std::size_t capacity,
                 GetItems get_items) {
    const exact_copy copy(body);
    const unfriend::error failure = unfriend::decode(copy.span(), response);
    if (failure != errc::too_many_items) check_failure(failure, expected, body.size());
    if (failure && failure != errc::too_many_items) {
        require(head_of(response) == blank_head() && response.omitted == 0, "nothing is left after an error");
        return;
    }
    if (expected.is_undecided) return;
    require(expected.is_json && !expected.fault, "what is accepted has no fault");
    const std::size_t kept = std::min(capacity, expected.items.size());
    require(failure == errc::too_many_items ? failure.detail() == expected.items.size() && kept != failure.detail()
                                            : kept == expected.items.size(),
            "items that do not fit are counted");
    const std::vector<judged_item> items = get_items();
    require(std::equal(items.begin(), items.end(), expected.items.begin(),
                       expected.items.begin() + static_cast<std::ptrdiff_t>(kept)),
            "the items are those of the last list");
    require(head_of(response) == expected.head, "the head is that of the body");
    require(response.omitted == expected.items.size() - kept, "what is omitted is counted");
}

template <class Items>
void check_stored(std::string_view body, const judgement& expected, Items storage, std::size_t capacity) {
    unfriend::friend_delete_response<Items> response{std::move(storage)};
    check_items(body, expected, response, capacity, [&] {
        std::vector<judged_item> items;
        for (const auto& item : response.items) items.push_back(to_judged(item));
        return items;
    });
}

void check_passed(std::string_view body, const judgement& expected) {
    std::vector<judged_item> passed;
    const auto take = [&](const result_item& item) { passed.push_back(to_judged(item)); };
    const auto restart = [&] { passed.clear(); };
    unfriend::friend_delete_response restartable{unfriend::each_item{take, restart}};
    check_items(body, expected, restartable, SIZE_MAX, [&] { return passed; });

    unfriend::friend_delete_response once{unfriend::each_item{take}};
    const exact_copy copy(body);
    passed.clear();
    const unfriend::error failure = unfriend::decode(copy.span(), once);
    if (failure == errc::repeated_items || expected.is_undecided) {
        require(expected.is_undecided || !expected.is_json || expected.lists > 1, "a list that comes once is taken");
    } else {
        require(expected.lists < 2, "a list that comes twice is refused without a way to restart");
        check_failure(failure, expected, body.size());
        require(failure || passed == expected.items, "the items are passed in order");
    }
}

void check_all(std::string_view body) {
    const judgement expected(body, friend_delete_all_schema());
    const exact_copy first(body);
    const exact_copy second(body);
    unfriend::friend_delete_all_response<> views;
    unfriend::friend_delete_all_response<std::string> owned;
    const unfriend::error failure = unfriend::decode(first.span(), views);
    check_failure(failure, expected, body.size());
    require(unfriend::decode(second.span(), owned).code() == failure.code(), "the storage does not change the error");
    require(head_of(views) == head_of(owned), "the storage does not change the values");
    if (expected.is_undecided) return;
    require(head_of(views) == (failure ? blank_head() : expected.head), "the head is that of the body");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    const judgement expected(body, friend_delete_schema());
    check_stored(body, expected, std::vector<result_item>(), SIZE_MAX);
    check_stored(body, expected, std::vector<owned_result_item>(), SIZE_MAX);
    check_stored(body, expected, unfriend::inline_items<3>(), 3);
    check_stored(body, expected, unfriend::inline_items<2, owned_result_item>(), 2);
    std::array<result_item, 5> array;
    check_stored(body, expected, unfriend::item_span<result_item>(array), array.size());
    check_passed(body, expected);
    check_all(body);
    return 0;
}
