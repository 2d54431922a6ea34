// What the programs that make a call for each account have in common.
#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include <unfriend/call/call_result.hpp>
#include <unfriend/http/url.hpp>
#include <unfriend/messages/service_code.hpp>

#include "printable.hpp"

namespace example {

/// `HOST` or `HOST,BACKUP`. The text must outlive what is returned.
inline unfriend::endpoint parse_endpoint(std::string_view hosts) {
    const std::size_t comma = hosts.find(',');
    if (comma == std::string_view::npos) return unfriend::endpoint(hosts);
    return unfriend::endpoint(hosts.substr(0, comma), hosts.substr(comma + 1));
}

/// Prints FROM, TO, the outcome and the service's code, or what went wrong in its place, with tabs in between.
inline void print_outcome(std::ostream& out, std::string_view from, std::string_view to,
                          const unfriend::call_result& response) {
    const bool has_item = !response.items.empty() && response.items[0].result_code;
    const auto code = has_item ? response.items[0].result_code : response.error_code;
    out << printable(from) << '\t' << printable(to) << '\t' << unfriend::to_string(response.outcome) << '\t'
        << (code && !response.last_error() ? std::to_string(*code) : response.last_error().message()) << '\n';
}

} // namespace example
