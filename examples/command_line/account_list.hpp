// The accounts to delete: as named, in order, and each of them once.
#pragma once

#include <cstddef>
#include <fstream>
#include <istream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace example {

/// Adds the UserIDs of `in`, one a line, to `named`. Lines may end in CRLF, the last one in nothing; blank ones do not
/// count. False when reading failed.
inline bool read_accounts(std::istream& in, std::vector<std::string>& named) {
    for (std::string line; std::getline(in, line);) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (!line.empty()) named.push_back(std::move(line));
    }
    return !in.bad();
}

/// The same from a file; `-` is `standard_input`.
inline bool read_accounts(std::string_view file, std::istream& standard_input, std::vector<std::string>& named) {
    if (file == "-") return read_accounts(standard_input, named);
    std::ifstream in{std::string(file), std::ios::binary};
    return in.is_open() && read_accounts(in, named);
}

/// What was named, and each account once, however often it was named.
class account_list {
public:
    explicit account_list(std::vector<std::string> named) : named_(std::move(named)) {
        std::unordered_map<std::string_view, std::size_t> known;
        for (const std::string& user_id : named_) {
            const auto [entry, is_new] = known.emplace(user_id, accounts_.size());
            if (is_new) accounts_.push_back(user_id);
            account_of_.push_back(entry->second);
        }
    }
    // The accounts look into the names.
    account_list(const account_list&) = delete;
    account_list& operator=(const account_list&) = delete;

    /// Each account once, in the order of first mention.
    const std::vector<std::string_view>& accounts() const noexcept { return accounts_; }

    /// For each name, repetitions included, which of the accounts it is.
    const std::vector<std::size_t>& named() const noexcept { return account_of_; }

private:
    std::vector<std::string> named_;
    std::vector<std::string_view> accounts_;
    std::vector<std::size_t> account_of_;
};

} // namespace example
