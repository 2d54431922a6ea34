// What a bulk job has sent and with which results, in a file, so that a later run can go on where this one was cut off.
//
// A line is `sent<TAB>FROM<TAB>TO`, written before FROM and TO are sent for the first time, or
// `OUTCOME<TAB>FROM<TAB>TO<TAB>CODE`, written when their call has ended; CODE is `-` where the service gave none. The
// last line about a pair counts. Each write is one call of the operating system, so what is noted outlives the process;
// nothing is promised for a machine that loses power.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <unfriend/call/call_result.hpp>
#include <unfriend/messages/service_code.hpp>

#include "deletion_outcome.hpp"
#include "support/credentials_source.hpp"

namespace example {

/// What a journal says of a pair.
struct journal_entry {
    std::optional<unfriend::outcome> settled; ///< final: the pair is not sent again
    std::optional<std::int32_t> code;
    bool may_have_applied = false; ///< it was sent, and the result is not known
};

class journal {
public:
    journal() = default;
    journal(const journal&) = delete;
    journal& operator=(const journal&) = delete;
    ~journal() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

    /// Opens the file, or makes it, to append to; with `reads`, takes in what it says. Returns what is wrong; empty
    /// when nothing is. A last line that was cut off is removed.
    std::string open(const std::string& name, bool reads) {
        descriptor_ = ::open(name.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        if (descriptor_ < 0) return "cannot open the journal " + name;
        struct stat status {};
        if (fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) return "the journal " + name + " is no file";
        if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) return "another run writes to the journal " + name;
        off_t whole = 0;
        bool is_cut_off = false;
        std::string wrong = take_in(descriptor_, name, reads, whole, is_cut_off);
        if (wrong.empty() && is_cut_off && ftruncate(descriptor_, whole) != 0)
            wrong = "cannot write to the journal " + name;
        return wrong;
    }

    /// Takes in what the file says, and leaves it alone; a file that does not exist says nothing. Returns what is
    /// wrong; empty when nothing is.
    std::string read(const std::string& name) {
        const int descriptor = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
        if (descriptor < 0) return errno == ENOENT ? std::string() : "cannot open the journal " + name;
        off_t whole = 0;
        bool is_cut_off = false;
        std::string wrong = take_in(descriptor, name, true, whole, is_cut_off);
        ::close(descriptor);
        return wrong;
    }

    bool is_open() const noexcept { return descriptor_ >= 0; }
    /// Something could not be written.
    bool is_broken() const noexcept { return is_broken_; }

    /// What earlier runs noted of a pair, `FROM<TAB>TO`; null when nothing.
    const journal_entry* find(std::string_view pair) const {
        const auto found = entries_.find(std::string(pair));
        return found == entries_.end() ? nullptr : &found->second;
    }

    /// The accounts are about to be sent.
    template <class Accounts>
    bool before_sending(std::string_view from_account, const Accounts& to_accounts) {
        if (!is_open()) return true;
        std::string text;
        for (const std::string_view to_account : to_accounts)
            append(text, "sent", from_account, to_account).append("\n");
        return write(text);
    }

    /// Their call has ended.
    void after(std::string_view from_account, const unfriend::call_result& response) {
        if (!is_open()) return;
        std::string text;
        for (const unfriend::account_result& item : response.items) {
            if (is_invalid(item)) continue; // it was not sent
            append(text, unfriend::to_string(item.outcome), from_account, item.to_account);
            text.append("\t").append(item.result_code ? std::to_string(*item.result_code) : "-").append("\n");
        }
        write(text);
    }

private:
    static std::string& append(std::string& text, std::string_view word, std::string_view from, std::string_view to) {
        return text.append(word).append("\t").append(from).append("\t").append(to);
    }

    bool write(std::string_view text) noexcept {
        while (!text.empty() && !is_broken_) {
            const ssize_t count = ::write(descriptor_, text.data(), text.size());
            if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
            is_broken_ = count < 0 && errno != EINTR;
        }
        return !is_broken_;
    }

    /// `whole`: bytes of whole lines; `is_cut_off`: there are others behind them.
    std::string take_in(int descriptor, const std::string& name, bool reads, off_t& whole, bool& is_cut_off) {
        std::string rest;
        char block[65536];
        ssize_t count = 0;
        while ((count = ::read(descriptor, block, sizeof block)) > 0) {
            rest.append(block, static_cast<std::size_t>(count));
            std::size_t begin = 0;
            for (std::size_t end = rest.find('\n'); end != std::string::npos; end = rest.find('\n', begin)) {
                if (reads && !read_line(std::string_view(rest).substr(begin, end - begin)))
                    return name + " is no journal of this command";
                begin = end + 1;
            }
            whole += static_cast<off_t>(begin);
            rest.erase(0, begin);
        }
        is_cut_off = !rest.empty();
        return count < 0 ? "cannot read the journal " + name : std::string();
    }

    bool read_line(std::string_view line) {
        const std::size_t tab = line.find('\t');
        if (tab == std::string_view::npos) return false;
        const std::string_view word = line.substr(0, tab);
        std::string_view pair = line.substr(tab + 1);
        if (word == "sent") {
            entries_[std::string(pair)].may_have_applied = true;
            return true;
        }
        const std::size_t last = pair.rfind('\t');
        if (last == std::string_view::npos) return false;
        const std::string_view code = pair.substr(last + 1);
        pair = pair.substr(0, last);
        using unfriend::outcome;
        for (const outcome each : {outcome::deleted, outcome::already_gone, outcome::failed, outcome::unknown}) {
            if (word != unfriend::to_string(each)) continue;
            note(std::string(pair), each, code);
            return true;
        }
        return false;
    }

    /// The same request would be refused again, whoever sends it and when.
    static bool is_final_refusal(std::int32_t code) noexcept {
        const unfriend::code_kind kind = unfriend::kind_of(code);
        return kind == unfriend::code_kind::already_gone || kind == unfriend::code_kind::not_found ||
               kind == unfriend::code_kind::request;
    }

    void note(const std::string& pair, unfriend::outcome outcome, std::string_view code) {
        journal_entry found;
        std::int32_t number = 0;
        if (parse_number(code, number)) found.code = number;
        found.may_have_applied = outcome == unfriend::outcome::unknown;
        const bool is_done = outcome == unfriend::outcome::deleted || outcome == unfriend::outcome::already_gone;
        const bool is_final = outcome == unfriend::outcome::failed && found.code && is_final_refusal(*found.code);
        if (is_done || is_final) found.settled = outcome;
        if (found.settled || found.may_have_applied) {
            entries_[pair] = found;
        } else {
            entries_.erase(pair); // nothing was done to it: it is as if it had never been sent
        }
    }

    int descriptor_ = -1;
    bool is_broken_ = false;
    std::unordered_map<std::string, journal_entry> entries_;
};

} // namespace example
