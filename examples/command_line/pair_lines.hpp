// The lines `FROM<TAB>TO` of a stream as a range of pairs.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>

namespace example {

/// One line. The views look into the reader, until it reads on.
struct account_pair {
    std::string_view from_account;
    std::string_view to_account;
};

/// Reads a stream line by line. Lines may end in CRLF, the last one in nothing; blank ones do not count. One without a
/// tab has an empty `from_account`, which is refused where it stands.
class pair_lines {
public:
    class iterator {
    public:
        explicit iterator(pair_lines* lines) noexcept : lines_(lines) {}
        account_pair operator*() const noexcept {
            const std::string_view line = lines_->line_;
            const std::size_t tab = line.find('\t');
            if (tab == std::string_view::npos) return {{}, line};
            return {line.substr(0, tab), line.substr(tab + 1)};
        }
        iterator& operator++() {
            lines_->read();
            return *this;
        }
        friend bool operator!=(const iterator& left, const iterator& right) noexcept {
            return left.is_end() != right.is_end();
        }

    private:
        bool is_end() const noexcept { return lines_ == nullptr || lines_->is_at_end_; }

        pair_lines* lines_;
    };

    /// `in` must outlive it.
    explicit pair_lines(std::istream& in) : in_(in) { read(); }

    iterator begin() noexcept { return iterator(this); }
    static iterator end() noexcept { return iterator(nullptr); }

    /// Bytes of the lines read so far, and how many of the lines were not blank.
    std::uint64_t bytes() const noexcept { return bytes_; }
    std::uint64_t count() const noexcept { return count_; }

private:
    void read() {
        while (std::getline(in_, line_)) {
            bytes_ += line_.size() + 1;
            if (!line_.empty() && line_.back() == '\r') line_.pop_back();
            if (line_.empty()) continue;
            ++count_;
            return;
        }
        is_at_end_ = true;
    }

    std::istream& in_;
    std::string line_;
    std::uint64_t bytes_ = 0;
    std::uint64_t count_ = 0;
    bool is_at_end_ = false;
};

} // namespace example
