// Encoding, measured in the same way for every library: a request to delete the accounts, a vector of strings, from one
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

/// The text of a request, made in the simplest way.
inline std::string expected_request(const std::vector<std::string>& accounts) {
    std::string text = std::string(R"({"From_Account":")").append(from_account).append(R"(","To_Account":[)");
    for (const std::string& account : accounts)
        text.append(&account == &accounts.front() ? "\"" : ",\"").append(account) += '"';
    return text.append(R"(],"DeleteType":"Delete_Type_Both"})");
}

/// The accounts of every request of a size, measured in rotation.
inline std::vector<std::vector<std::string>> all_accounts(std::size_t size) {
    std::vector<std::vector<std::string>> all;
    for (std::size_t number = 0; number != rotation; ++number) {
        all.push_back(make_accounts(user_ids::varied, size, number));
    }
    return all;
}

/// Adds `encode/{size}/{writer}` for each size. `write(accounts)` returns a view of the text, which is valid until the
/// next one.
template <class Writer>
void add_encode(const std::string& writer_name) {
    for (const std::size_t size : sizes) {
        add("encode/" + std::to_string(size) + "/" + writer_name, [size](benchmark::State& state) {
            const std::vector<std::vector<std::string>> all = all_accounts(size);
            Writer writer;
            std::size_t bytes = 0;
            for (const std::vector<std::string>& accounts : all) {
                const std::string expected = expected_request(accounts);
                bytes += expected.size();
                if (writer.write(accounts) == expected) continue;
                state.SkipWithError("a request was written wrongly");
                return;
            }
            std::size_t index = 0;
            measure(state, bytes / all.size(), [&] {
                index = (index + 1) % all.size();
                return !writer.write(all[index]).empty();
            });
        });
    }
}

} // namespace bench
