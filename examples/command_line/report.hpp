// The results, a line an account, as they come in.
#pragma once

#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <unfriend/call/account_result.hpp>
#include <unfriend/messages/service_code.hpp>

#include "deletion_outcome.hpp"
#include "support/printable.hpp"
#include "support/utf8.hpp"

namespace example {

/// Writes JSON in ASCII, so that no text of others' can act on a terminal or be taken for the end of a line.
using json_writer = rapidjson::Writer<rapidjson::StringBuffer, rapidjson::UTF8<>, rapidjson::ASCII<>>;

/// Bytes that are not UTF-8 are written as U+FFFD.
inline void write_text(json_writer& json, std::string_view text) {
    const std::string valid = valid_utf8(text);
    json.String(valid.data(), static_cast<rapidjson::SizeType>(valid.size()));
}

class report {
public:
    /// `json`: an object a line, else text and a summary. `out` must outlive the report.
    report(std::ostream& out, bool json) : out_(out), lines_(out), json_(json) {}
    /// Of a dry run, which prints to `out`: a line to `failures` for each account that is not sent. Both must outlive
    /// the report.
    report(std::ostream& out, std::ostream& failures) : out_(out), lines_(failures), is_of_failures_(true) {}

    /// `from_account` only where it differs from line to line.
    void print(std::optional<std::string_view> from_account, std::string_view to_account,
               const deletion_outcome& outcome) {
        if (json_) {
            print_json(from_account, to_account, outcome);
        } else if (!is_of_failures_ || outcome.outcome == unfriend::outcome::failed) {
            print_text(from_account, to_account, outcome);
        }
        ++counts_[static_cast<std::size_t>(outcome.outcome)];
        if (is_gone(outcome)) ++gone_;
    }

    /// False when what was printed so far could not be written.
    bool flush() { return static_cast<bool>(out_.flush()); }

    void print_summary() {
        using unfriend::outcome;
        if (json_) return;
        out_ << count(outcome::deleted) << " deleted, " << count(outcome::already_gone) << " already gone, "
             << count(outcome::failed) << " failed";
        if (count(outcome::unknown) != 0) out_ << ", " << count(outcome::unknown) << " unknown";
        out_ << '\n';
    }

    /// Every account printed so far is deleted.
    bool all_done() const noexcept { return failures() == 0; }
    /// None of them is a friend any more, or never was.
    bool all_gone() const noexcept { return gone_ == all(); }

    std::size_t all() const noexcept { return done() + failures(); }
    std::size_t done() const noexcept {
        return count(unfriend::outcome::deleted) + count(unfriend::outcome::already_gone);
    }
    std::size_t failures() const noexcept {
        return count(unfriend::outcome::failed) + count(unfriend::outcome::unknown);
    }

private:
    std::size_t count(unfriend::outcome value) const noexcept { return counts_[static_cast<std::size_t>(value)]; }

    void print_json(std::optional<std::string_view> from_account, std::string_view to_account,
                    const deletion_outcome& outcome) {
        rapidjson::StringBuffer line;
        json_writer json(line);
        json.StartObject();
        if (from_account) {
            json.Key("from_account");
            write_text(json, *from_account);
        }
        json.Key("to_account");
        write_text(json, to_account);
        json.Key("result_code");
        if (outcome.result_code) {
            json.Int(*outcome.result_code);
        } else {
            json.Null();
        }
        json.Key("result_info");
        write_text(json, outcome.result_info);
        if (!outcome.request_id.empty()) {
            json.Key("request_id");
            write_text(json, outcome.request_id);
        }
        json.Key("outcome");
        write_text(json, unfriend::to_string(outcome.outcome));
        json.EndObject();
        lines_ << std::string_view(line.GetString(), line.GetSize()) << '\n';
    }

    void print_text(std::optional<std::string_view> from_account, std::string_view to_account,
                    const deletion_outcome& outcome) {
        std::string account = printable(to_account);
        if (from_account) account = printable(*from_account) + '\t' + account;
        switch (outcome.outcome) {
        case unfriend::outcome::deleted: lines_ << "deleted       " << account << '\n'; return;
        case unfriend::outcome::already_gone:
            lines_ << "already gone  " << account << ": the answer to an earlier attempt was lost\n";
            return;
        case unfriend::outcome::unknown: lines_ << "unknown       " << account << ": "; break;
        case unfriend::outcome::failed: lines_ << "failed        " << account << ": "; break;
        }
        const bool has_code = outcome.result_code && !outcome.is_about_call;
        if (has_code) lines_ << *outcome.result_code << ", " << unfriend::describe(outcome.result_code);
        const std::string info = printable(outcome.result_info);
        if (has_code && !info.empty()) {
            lines_ << " (\"" << info << "\")";
        } else {
            lines_ << info;
        }
        if (!outcome.request_id.empty()) lines_ << ", RequestId " << printable(outcome.request_id);
        lines_ << '\n';
    }

    std::ostream& out_; // tells whether the output is lost
    std::ostream& lines_;
    bool json_ = false;
    bool is_of_failures_ = false;
    std::size_t counts_[4] = {};
    std::size_t gone_ = 0;
};

} // namespace example
