// Decodes a body that stands between two guards, and holds the result against RapidJSON's DOM.
#pragma once

#include <cstddef>
#include <string_view>

#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/webhook.hpp"

#include "../fuzz/judge.hpp"
#include "guarded_pages.hpp"

/// How many bodies were accepted, and how many refused.
struct verdicts {
    std::size_t accepted = 0;
    std::size_t refused = 0;
};

/// Reads bodies of a kind at both guards. The results are kept from body to body.
class friend_delete_checker {
public:
    /// Whether the library says of `body` what RapidJSON's DOM says.
    bool check(std::string_view body, verdicts& count) {
        const judgement expected(body, friend_delete_schema());
        return check(pages_.last(body), expected, count) && check(pages_.first(body), expected, count);
    }

private:
    bool check(unfriend::char_span body, const judgement& expected, verdicts& count) {
        const unfriend::error failure = unfriend::decode(body, response_);
        ++(failure ? count.refused : count.accepted);
        if (expected.is_undecided) return true;
        if (!expected.is_json) return static_cast<bool>(failure);
        if (expected.fault) return failure == *expected.fault;
        if (failure || response_.items.size() != expected.items.size()) return false;
        for (std::size_t i = 0; i != expected.items.size(); ++i) {
            const unfriend::result_item& item = response_.items[i];
            const judged_item& wanted = expected.items[i];
            if (item.to_account != wanted.texts[0] || item.result_info != wanted.texts[1] ||
                item.result_code != wanted.integer) {
                return false;
            }
        }
        return response_.action_status == expected.head.texts[0] && response_.error_info == expected.head.texts[1] &&
               response_.error_display == expected.head.texts[2] && response_.request_id == expected.head.texts[3] &&
               response_.error_code == expected.head.integer;
    }

    guarded_pages pages_{64 * 1024};
    unfriend::friend_delete_response<unfriend::inline_items<64>> response_{};
};

class event_checker {
public:
    bool check(std::string_view body, verdicts& count) {
        const judgement expected(body, event_schema());
        return check(pages_.last(body), expected, count) && check(pages_.first(body), expected, count);
    }

private:
    bool check(unfriend::char_span body, const judgement& expected, verdicts& count) {
        const unfriend::error failure = unfriend::webhook::decode(body, event_);
        ++(failure ? count.refused : count.accepted);
        // The command of another event is looked for before anything else.
        if (failure == unfriend::errc::webhook_other_command) {
            return !expected.is_json || expected.fault || expected.head.texts[0] != "Sns.CallbackFriendDelete";
        }
        if (expected.is_undecided) return true;
        if (!expected.is_json) return static_cast<bool>(failure);
        if (expected.fault) return failure == *expected.fault;
        if (expected.head.texts[0].empty() || expected.lists == 0) return failure == unfriend::errc::missing_member;
        if (failure || event_.pairs.size() != expected.items.size()) return false;
        for (std::size_t i = 0; i != expected.items.size(); ++i) {
            if (event_.pairs[i].from_account != expected.items[i].texts[0] ||
                event_.pairs[i].to_account != expected.items[i].texts[1]) {
                return false;
            }
        }
        return event_.client_ip == expected.head.texts[1] && event_.opt_platform.text == expected.head.texts[2] &&
               event_.request_id == expected.head.texts[3];
    }

    guarded_pages pages_{64 * 1024};
    unfriend::webhook::event<unfriend::inline_items<64, unfriend::webhook::friend_pair>> event_{};
};
