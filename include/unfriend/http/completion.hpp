// How a transport that finishes later ends an attempt.
//
//   void transport(const unfriend::http_request& request, unfriend::completion done)
//   {
//       start(request.url, request.body, [done = std::move(done)](int status, std::string_view body) mutable {
//           done(status, body);                           // or done(std::error_code)
//       });
//   }
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include "unfriend/core/detail/lock.hpp"
#include "unfriend/core/error.hpp"
#include "unfriend/http/transport.hpp"

namespace unfriend { inline namespace v0_2 {

namespace detail {

/// Where a completion puts an answer until the call is polled. Owned by the call and the completions together: each may
/// outlive the other, and the last one destroys it. Completions of an earlier attempt have another number, and change
/// nothing.
class mailbox {
public:
    /// Has one owner. `destroy` frees the memory of the mailbox.
    explicit mailbox(void (*destroy)(mailbox&) noexcept) noexcept : destroy_(destroy) {}
    mailbox(const mailbox&) = delete;
    mailbox& operator=(const mailbox&) = delete;

    void add_owner() noexcept { owners_.fetch_add(1, std::memory_order_relaxed); }
    void drop_owner() noexcept {
        if (owners_.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy_(*this);
    }

    /// An attempt begins, whose answer goes to `answer`. Returns its number, for the first completion of it.
    std::uint64_t begin(http_response& answer) noexcept {
        const lock_guard locked(mutex_);
        answer_ = &answer;
        completions_ = 1;
        is_delivered_ = false;
        return ++attempt_;
    }

    /// The call no longer waits for the attempt. True while a completion is out: the transport may read the request.
    bool abandon() noexcept {
        const lock_guard locked(mutex_);
        answer_ = nullptr;
        is_delivered_ = false;
        return completions_ != 0;
    }

    /// Takes the news of the attempt's end, once; false when there is none.
    bool collect(error& failure) noexcept {
        const lock_guard locked(mutex_);
        if (is_delivered_) failure = failure_;
        return std::exchange(is_delivered_, false);
    }

    /// The same for the last time: what has not been delivered by now does not count any more.
    bool close(error& failure) noexcept {
        const lock_guard locked(mutex_);
        answer_ = nullptr;
        if (is_delivered_) failure = failure_;
        return std::exchange(is_delivered_, false);
    }

    void add_completion(std::uint64_t attempt) noexcept {
        const lock_guard locked(mutex_);
        if (attempt == attempt_ && completions_ != 0) ++completions_;
    }
    /// The last one that is dropped ends the attempt.
    void drop_completion(std::uint64_t attempt) noexcept {
        const lock_guard locked(mutex_);
        if (attempt != attempt_ || completions_ == 0 || --completions_ != 0) return;
        if (answer_ != nullptr) finish(errc::transport_failed);
    }

    void deliver(std::uint64_t attempt, error failure, int status, std::string_view body,
                 std::string_view retry_after) noexcept {
        const lock_guard locked(mutex_);
        if (attempt != attempt_) return;
        completions_ = 0;
        if (answer_ == nullptr) return;
        answer_->status = status;
        answer_->append(body.data(), body.size());
        answer_->set_retry_after(retry_after);
        finish(failure);
    }

    /// The attempt ended, and its answer, if there is one, is in place.
    void end(std::uint64_t attempt, error failure) noexcept {
        const lock_guard locked(mutex_);
        if (attempt != attempt_) return;
        completions_ = 0;
        if (answer_ != nullptr) finish(failure);
    }

protected:
    ~mailbox() = default;

private:
    void finish(error failure) noexcept {
        answer_ = nullptr;
        failure_ = failure;
        is_delivered_ = true;
    }

    void (*const destroy_)(mailbox&) noexcept;
    std::atomic<std::size_t> owners_{1};
    mutex mutex_;
    http_response* answer_ = nullptr; // null: no answer counts any more
    std::uint64_t attempt_ = 0;
    std::size_t completions_ = 0; // of this attempt; 0 once one of them was called
    bool is_delivered_ = false;
    error failure_;
};

} // namespace detail

/// The right to end one attempt, once: from the transport's own call, later, from any thread, or never. After the call
/// was cancelled or its client destroyed it does nothing. It can be copied, into a `std::function` for example; the
/// first copy that is called ends the attempt, and the last copy that is dropped ends it with `errc::transport_failed`.
///
/// The views of the `http_request` live until a copy is called or all are destroyed. Allocates nothing.
class completion {
public:
    completion() noexcept = default;
    completion(detail::mailbox& box, std::uint64_t attempt) noexcept : box_(&box), attempt_(attempt) {
        box.add_owner();
    }
    completion(completion&& other) noexcept : box_(std::exchange(other.box_, nullptr)), attempt_(other.attempt_) {}
    completion(const completion& other) noexcept : box_(other.box_), attempt_(other.attempt_) {
        if (box_ == nullptr) return;
        box_->add_owner();
        box_->add_completion(attempt_);
    }
    completion& operator=(completion other) noexcept {
        std::swap(box_, other.box_);
        std::swap(attempt_, other.attempt_);
        return *this;
    }
    ~completion() {
        if (box_ == nullptr) return;
        box_->drop_completion(attempt_);
        box_->drop_owner();
    }

    /// There is an answer; its bytes are copied. `retry_after`: the value of its `Retry-After` header, if any.
    void operator()(int status, std::string_view body, std::string_view retry_after = {}) noexcept {
        deliver({}, status, body, retry_after);
    }
    /// There is no answer. An error that compares equal to `std::errc::not_connected`, for example, means that nothing
    /// was sent (see transport.hpp).
    void operator()(error failure) noexcept { deliver(failure ? failure : error(errc::transport_failed), 0, {}, {}); }

    /// This copy was neither called nor moved from.
    explicit operator bool() const noexcept { return box_ != nullptr; }

private:
    void deliver(error failure, int status, std::string_view body, std::string_view retry_after) noexcept {
        detail::mailbox* const box = std::exchange(box_, nullptr);
        if (box == nullptr) return;
        box->deliver(attempt_, failure, status, body, retry_after);
        box->drop_owner();
    }

    detail::mailbox* box_ = nullptr; // one of its owners
    std::uint64_t attempt_ = 0;
};

/// Whether `Transport` finishes later: a callable of `(const http_request&, completion)`.
template <class Transport>
inline constexpr bool is_async_transport = std::is_invocable_v<Transport&, const http_request&, completion>;

}} // namespace unfriend::v0_2
