// Bodies of answers, decoded where a byte read or written beside them is noticed.
#pragma once

#include <string>
#include <string_view>

#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/messages/friend_delete_all.hpp"

#include "bytes.hpp"
#include "check.hpp"

/// A response that is not as it was made, so that it shows what a decode leaves of it.
template <class Response>
void fill(Response& response) {
    exact_bytes body(
        std::string_view(R"({"ResultItem":[{"To_Account":"earlier","ResultCode":0,"ResultInfo":""}],)"
                         R"("ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"earlier","ErrorDisplay":"earlier",)"
                         R"("RequestId":"earlier"})"));
    CHECK(!unfriend::decode(body.span(), response));
}

/// Whether nothing at all is in the head of a response.
template <class Response>
bool is_blank(const Response& response) {
    return response.action_status.empty() && !response.error_code && response.error_info.empty() &&
           response.error_display.empty() && response.request_id.empty() && !response.ok();
}

/// A body decoded into a response, which was used before; both live as long as this.
template <class Response = unfriend::friend_delete_response<unfriend::inline_items<16>>>
struct decoded {
    explicit decoded(std::string_view text) : body(text) {
        fill(response);
        failure = unfriend::decode(body.span(), response);

        guarded_bytes guarded(text);
        Response other;
        const unfriend::error again = unfriend::decode(guarded.span(), other);
        CHECK(guarded.intact());
        CHECK(again.code() == failure.code());
        CHECK(again.detail() == failure.detail());
    }

    bool ok() const { return !failure && response.ok(); }

    exact_bytes body;
    Response response{};
    unfriend::error failure;
};

decoded(std::string_view)->decoded<>;
