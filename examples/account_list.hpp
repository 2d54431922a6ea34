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

#include "account.hpp"

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

/// What was named, and of each account, however often it was named, one entry to work on.
class account_list {
public:
    explicit account_list(std::vector<std::string> named) : named_(std::move(named)) {
        entry_of_.reserve(named_.size());
        for (const std::string& user_id : named_) {
            const auto [known, is_new] = index_.emplace(user_id, accounts_.size());
            if (is_new) accounts_.emplace_back().user_id = user_id;
            entry_of_.push_back(known->second);
        }
    }
    // The entries look into the names.
    account_list(const account_list&) = delete;
    account_list& operator=(const account_list&) = delete;

    /// Each account once, in the order of first mention.
    std::vector<account>& accounts() noexcept { return accounts_; }
    const std::vector<account>& accounts() const noexcept { return accounts_; }

    /// How many were named, repetitions included, and what became of one of them.
    std::size_t named() const noexcept { return entry_of_.size(); }
    std::size_t entry_of(std::size_t named) const noexcept { return entry_of_[named]; }

    /// Null for an account that nobody named.
    account* find(std::string_view user_id) {
        const auto found = index_.find(user_id);
        return found == index_.end() ? nullptr : &accounts_[found->second];
    }

private:
    std::vector<std::string> named_;
    std::vector<account> accounts_;
    std::vector<std::size_t> entry_of_;
    std::unordered_map<std::string_view, std::size_t> index_;
};

} // namespace example
