// libcurl. Swift cannot call variadic C functions: typed wrappers stand beside the options that are used.
#pragma once
// The type-checking macros need options that are known at compile time.
#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

static inline CURLcode curl_shim_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

static inline CURLcode curl_shim_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curl_shim_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}

// libcurl copies the text.
static inline CURLcode curl_shim_set_string(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

// libcurl keeps the pointer.
static inline CURLcode curl_shim_set_pointer(CURL *handle, CURLoption option, void *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curl_shim_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(handle, option, value);
}

// libcurl copies the bytes.
static inline CURLcode curl_shim_set_blob(CURL *handle, CURLoption option, const void *bytes, size_t count) {
  struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
  return curl_easy_setopt(handle, option, &blob);
}

typedef size_t (*curl_shim_data_callback)(char *data, size_t size, size_t count, void *context);

static inline CURLcode curl_shim_set_callback(CURL *handle, CURLoption option, curl_shim_data_callback callback) {
  return curl_easy_setopt(handle, option, callback);
}

// Bytes or probes that nobody acknowledges for half a minute end the connection. The kernel's own patience is a quarter
// of an hour, in which libcurl would go on sending requests down a connection that leads nowhere.
static inline int curl_shim_socket_options(void *context, curl_socket_t socket, curlsocktype purpose) {
  unsigned milliseconds = 30000;
  // A unix socket refuses it, and needs it not.
  setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, sizeof milliseconds);
  return CURL_SOCKOPT_OK;
}

static inline CURLcode curl_shim_give_up_silent_peers(CURL *handle) {
  return curl_easy_setopt(handle, CURLOPT_SOCKOPTFUNCTION, curl_shim_socket_options);
}

static inline CURLcode curl_shim_get_long(CURL *handle, CURLINFO info, long *value) {
  return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode curl_shim_get_offset(CURL *handle, CURLINFO info, curl_off_t *value) {
  return curl_easy_getinfo(handle, info, value);
}

static inline void *curl_shim_context(CURL *handle) {
  char *context = NULL;
  curl_easy_getinfo(handle, CURLINFO_PRIVATE, &context);
  return context;
}

// The next transfer that has ended, NULL when there is none.
static inline CURL *curl_shim_next_ended(CURLM *multi, CURLcode *result) {
  int left = 0;
  CURLMsg *message;
  while ((message = curl_multi_info_read(multi, &left)) != NULL) {
    if (message->msg == CURLMSG_DONE) {
      *result = message->data.result;
      return message->easy_handle;
    }
  }
  return NULL;
}

static inline size_t curl_shim_write_pause(void) { return CURL_WRITEFUNC_PAUSE; }

// The multi interface by sockets: libcurl says which to watch, and is told which are ready.

typedef int (*curl_shim_socket_callback)(CURL *handle, curl_socket_t socket, int what, void *context, void *unused);
typedef int (*curl_shim_timer_callback)(CURLM *multi, long milliseconds, void *context);

static inline CURLMcode curl_shim_multi_set_callbacks(
    CURLM *multi, curl_shim_socket_callback sockets, curl_shim_timer_callback timer, void *context) {
  CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, sockets);
  if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
  if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer);
  if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
  return code;
}

static inline CURLMcode curl_shim_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

// The socket of a connection that libcurl only opened; -1 when there is none.
static inline int curl_shim_active_socket(CURL *handle) {
  curl_socket_t socket = CURL_SOCKET_BAD;
  return curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, &socket) == CURLE_OK ? (int)socket : -1;
}

static inline curl_socket_t curl_shim_no_socket(void) { return CURL_SOCKET_TIMEOUT; }

static inline int curl_shim_epoll(void) { return epoll_create1(EPOLL_CLOEXEC); }

static inline int curl_shim_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

// `what` is one of CURL_POLL_*; `owner` comes back with the socket when it is ready. A descriptor that was closed is
// forgotten by the kernel without a word, so neither its presence nor its absence is taken for granted.
static inline int curl_shim_watch(int epoll, int descriptor, int what, unsigned owner) {
  struct epoll_event event = {0};
  event.data.u64 = (unsigned long long)owner << 32 | (unsigned)descriptor;
  if (what & CURL_POLL_IN) event.events |= EPOLLIN;
  if (what & CURL_POLL_OUT) event.events |= EPOLLOUT;
  if (event.events == 0 || what == CURL_POLL_REMOVE) {
    epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event);
    return 0;
  }
  if (epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) == 0) return 0;
  return errno == ENOENT ? epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) : -1;
}

// The local port of a connected socket and the milliseconds since its last byte came in; `false` for other sockets.
static inline bool curl_shim_life_sign(int socket, long *port, long *silence) {
  struct sockaddr_storage address = {0};
  socklen_t size = sizeof address;
  struct tcp_info info = {0};
  socklen_t length = sizeof info;
  if (getsockname(socket, (struct sockaddr *)&address, &size) != 0) return false;
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return false;
  if (info.tcpi_state != TCP_ESTABLISHED) return false;
  *port = address.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&address)->sin6_port)
                                        : ntohs(((struct sockaddr_in *)&address)->sin_port);
  *silence = info.tcpi_last_data_recv;
  return true;
}

struct curl_shim_ready {
  int descriptor;
  // Of CURL_CSELECT_*.
  int events;
  unsigned owner;
};

// Milliseconds; returns how many of `ready` were filled, at most 64.
static inline int curl_shim_wait(int epoll, int milliseconds, struct curl_shim_ready *ready) {
  struct epoll_event events[64];
  int count = epoll_wait(epoll, events, 64, milliseconds);
  for (int index = 0; index < count; index++) {
    ready[index].descriptor = (int)(events[index].data.u64 & 0xFFFFFFFF);
    ready[index].owner = (unsigned)(events[index].data.u64 >> 32);
    ready[index].events = 0;
    if (events[index].events & (EPOLLIN | EPOLLHUP)) ready[index].events |= CURL_CSELECT_IN;
    if (events[index].events & EPOLLOUT) ready[index].events |= CURL_CSELECT_OUT;
    if (events[index].events & EPOLLERR) ready[index].events |= CURL_CSELECT_ERR;
  }
  return count < 0 ? 0 : count;
}
