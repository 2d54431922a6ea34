// Ranges of accounts, of every kind that a program may have.
#pragma once

#include <cstddef>
#include <cstring>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/core/text.hpp"

namespace engine {

/// A string as game engines have them: nothing of the standard library's in its interface.
class text {
public:
    explicit text(const char* characters) : characters_(characters) {}

    const char* raw() const noexcept { return characters_; }
    int length() const noexcept { return static_cast<int>(std::strlen(characters_)); }

private:
    const char* characters_;
};

} // namespace engine

template <>
struct unfriend::text_access<engine::text> {
    static std::string_view view(const engine::text& text) noexcept {
        return {text.raw(), static_cast<std::size_t>(text.length())};
    }
};

inline std::string numbered_account(std::size_t number) { return "friend" + std::to_string(number); }

/// A lazy view: each account is a string that is made when it is reached and gone when it is passed.
class numbered_accounts {
public:
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = std::string;
        using difference_type = std::ptrdiff_t;
        using pointer = const std::string*;
        using reference = std::string;

        explicit iterator(std::size_t number) : number_(number) {}

        std::string operator*() const { return numbered_account(number_); }
        iterator& operator++() {
            ++number_;
            return *this;
        }
        iterator operator++(int) { return iterator(number_++); }
        friend bool operator==(iterator left, iterator right) { return left.number_ == right.number_; }
        friend bool operator!=(iterator left, iterator right) { return !(left == right); }

    private:
        std::size_t number_;
    };

    explicit numbered_accounts(std::size_t size) : size_(size) {}

    iterator begin() const { return iterator(0); }
    iterator end() const { return iterator(size_); }

private:
    std::size_t size_;
};

/// The words of a stream: they can be walked once only.
class stream_words {
public:
    explicit stream_words(std::istringstream& stream) : stream_(&stream) {}

    std::istream_iterator<std::string> begin() const { return std::istream_iterator<std::string>(*stream_); }
    std::istream_iterator<std::string> end() const { return {}; }

private:
    std::istringstream* stream_;
};

inline std::vector<std::string> account_list(std::size_t size) {
    const numbered_accounts accounts(size);
    return {accounts.begin(), accounts.end()};
}
