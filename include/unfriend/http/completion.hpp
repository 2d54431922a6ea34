// How a transport that finishes later says so.
//
//   void transport(const unfriend::http_request& request, unfriend::completion done)
//   {
//       start(request.url, request.body, [done = std::move(done)](int status, std::string_view body) mutable {
//           done(status, body);                           // or done(std::error_code)
//       });
//   }
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string_view>
#include <type_traits>
#include <utility>

#include "unfriend/core/error.hpp"
#include "unfriend/http/transport.hpp"

namespace unfriend {

namespace detail {

/// Where an answer is left until the call that waits for it is polled. Shared by the call and the completion,
/// so that neither needs the other to be alive.
struct mailbox {
    std::mutex lock;
    http_response* answer = nullptr; // the answer still counts, and goes here
    bool is_lent = false;            // a completion is out: the transport may be reading the request
    bool is_delivered = false;
    error failure;
};

} // namespace detail

/// The right to end one attempt, once: from the transport's own call, later, from any thread, after the call was
/// cancelled or its client is gone, when it does nothing; or never. One that is dropped ends the attempt with
/// `errc::transport_failed`.
///
/// The views of the `http_request` live until the completion is called or destroyed. Movable and not copyable;
/// allocates nothing.
class completion {
public:
    completion() noexcept = default;
    explicit completion(std::shared_ptr<detail::mailbox> box) noexcept : box_(std::move(box)) {}
    completion(completion&&) noexcept = default;
    completion& operator=(completion&& other) noexcept {
        if (this != &other) {
            drop();
            box_ = std::move(other.box_);
        }
        return *this;
    }
    ~completion() { drop(); }

    /// There is an answer, whose bytes are copied. `retry_after`: the value of its `Retry-After` header, if any.
    void operator()(int status, std::string_view body, std::string_view retry_after = {}) noexcept {
        deliver({}, status, body, retry_after);
    }
    /// There is none. An error that compares equal to `std::errc::not_connected`, say, tells that nothing was
    /// sent (see transport.hpp).
    void operator()(error failure) noexcept { deliver(failure ? failure : error(errc::transport_failed), 0, {}, {}); }

    /// Not called yet, and not moved from.
    explicit operator bool() const noexcept { return box_ != nullptr; }

private:
    void drop() noexcept {
        if (box_ != nullptr) deliver(errc::transport_failed, 0, {}, {});
    }

    void deliver(error failure, int status, std::string_view body, std::string_view retry_after) noexcept {
        const std::shared_ptr<detail::mailbox> box = std::move(box_);
        box_ = nullptr;
        if (box == nullptr) return;
        const std::lock_guard<std::mutex> locked(box->lock);
        box->is_lent = false;
        if (box->answer == nullptr) return;
        box->answer->status = status;
        box->answer->append(body.data(), body.size());
        box->answer->set_retry_after(retry_after);
        box->answer = nullptr;
        box->failure = failure;
        box->is_delivered = true;
    }

    std::shared_ptr<detail::mailbox> box_;
};

/// Whether `Transport` finishes later: a callable of `(const http_request&, completion)`.
template <class Transport>
inline constexpr bool is_async_transport = std::is_invocable_v<Transport&, const http_request&, completion>;

} // namespace unfriend
