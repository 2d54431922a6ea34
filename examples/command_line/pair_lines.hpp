// The lines `FROM<TAB>TO` of an input as a source of pairs, and their results in the order of the lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <unfriend/clients/pair_source.hpp>

#include "deletion_outcome.hpp"
#include "journal.hpp"
#include "line_reader.hpp"

namespace example {

/// One line. The views look into the source, until `pop`.
struct account_pair {
    std::string_view from_account;
    std::string_view to_account;
    bool may_have_applied;
};

/// A line without a tab has an empty `from_account`, which is refused where it stands; blank lines do not count. A line
/// that is named again before the first one has a result is not sent again and gets that result; one that the journal
/// settles is not sent at all.
class pair_lines {
public:
    /// Both must outlive it. `limit`: how many pairs to send at most; the lines behind them are not read.
    pair_lines(line_reader& in, const journal& noted, std::uint64_t limit) : in_(in), noted_(noted), limit_(limit) {}

    /// The job is about to be polled.
    void begin_poll() noexcept { is_waiting_ = false; }
    /// Since then the input had nothing when the job asked for it.
    bool is_waiting() const noexcept { return is_waiting_; }

    unfriend::source_state state() {
        using unfriend::source_state;
        while (next_ == nullptr) {
            if (given_ == limit_) return source_state::ended;
            if (lines_.size() - given_pairs_.size() >= max_lines) return source_state::pending;
            std::string_view line;
            switch (in_.next(line)) {
            case line_reader::state::ended: return source_state::ended;
            case line_reader::state::pending: is_waiting_ = true; return source_state::pending;
            case line_reader::state::line: take(line);
            }
        }
        return source_state::pair;
    }
    account_pair front() const noexcept { return pair_of(*next_); }
    void pop() {
        unreported_.emplace(next_->text, next_);
        given_pairs_.push_back(next_);
        lines_.push_back(std::move(next_));
        next_ = nullptr;
        ++given_;
    }

    /// The result of the first of the pairs that were given to the job and have none yet.
    void settle(deletion_outcome result) {
        given_pairs_.front()->result = std::move(result);
        given_pairs_.pop_front();
    }

    /// Calls `print(pair, result)` for each line whose turn it is.
    template <class Print>
    void report(Print print) {
        for (; !lines_.empty() && lines_.front()->result; lines_.pop_front()) {
            const std::shared_ptr<record> first = lines_.front();
            print(pair_of(*first), *first->result);
            const auto found = unreported_.find(first->text);
            if (found != unreported_.end() && found->second == first) unreported_.erase(found);
        }
    }

    /// Lines that were read.
    std::uint64_t count() const noexcept { return count_; }

private:
    struct record {
        std::string text;
        bool may_have_applied = false;
        std::optional<deletion_outcome> result{};
    };

    void take(std::string_view line) {
        if (line.empty()) return;
        ++count_;
        std::string text(line);
        if (const auto found = unreported_.find(text); found != unreported_.end()) {
            lines_.push_back(found->second);
            return;
        }
        const auto one = std::make_shared<record>();
        one->text = std::move(text);
        const journal_entry* const known = noted_.find(one->text);
        if (known != nullptr && known->settled) {
            one->result = deletion_outcome{*known->settled, known->code, "settled by an earlier run"};
            if (*known->settled == unfriend::outcome::deleted) one->result->result_info.clear();
            lines_.push_back(one);
            return;
        }
        one->may_have_applied = known != nullptr && known->may_have_applied;
        next_ = one;
    }

    static account_pair pair_of(const record& one) noexcept {
        const std::string_view text = one.text;
        const std::size_t tab = text.find('\t');
        if (tab == std::string_view::npos) return {{}, text, one.may_have_applied};
        return {text.substr(0, tab), text.substr(tab + 1), one.may_have_applied};
    }

    static constexpr std::size_t max_lines = 20'000; // that the job does not know and that wait for lines before them

    line_reader& in_;
    const journal& noted_;
    std::uint64_t limit_;
    std::shared_ptr<record> next_;
    std::deque<std::shared_ptr<record>> lines_;       // read and not reported
    std::deque<std::shared_ptr<record>> given_pairs_; // to the job, and without a result
    std::unordered_map<std::string_view, std::shared_ptr<record>> unreported_;
    std::uint64_t given_ = 0;
    std::uint64_t count_ = 0;
    bool is_waiting_ = false;
};

} // namespace example
