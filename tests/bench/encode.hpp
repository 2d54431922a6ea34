// Encoding, measured alike for every library: a request to delete the accounts, a vector of strings, from one
// account's friends, written into memory that is there already.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "documents.hpp"
#include "measure.hpp"

namespace bench {

inline constexpr std::string_view from_account = "administrator";

/// What a request of ours would be, made with care for nothing but being right.
inline std::string expected_request(const std::vector<std::string>& accounts) {
    std::string text = std::string(R"({"From_Account":")").append(from_account).append(R"(","To_Account":[)");
    for (const std::string& account : accounts)
        text.append(&account == &accounts.front() ? "\"" : ",\"").append(account) += '"';
    return text.append(R"(],"DeleteType":"Delete_Type_Both"})");
}

/// Adds `encode/{size}/{writer}` for each size. A `Writer`'s `write(accounts)` answers the text, which lives until
/// the next one.
template <class Writer>
void add_encode(const std::string& writer_name) {
    for (const std::size_t size : sizes) {
        add("encode/" + std::to_string(size) + "/" + writer_name, [size](benchmark::State& state) {
            const std::vector<std::string> accounts = make_accounts(size);
            const std::string expected = expected_request(accounts);
            Writer writer;
            if (writer.write(accounts) != expected) {
                state.SkipWithError("the request was written wrongly");
                return;
            }
            measure(state, expected.size(), [&] { return writer.write(accounts).size() == expected.size(); });
        });
    }
}

} // namespace bench
