#include "fs/packet.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace fs {

namespace {

template <std::size_t count>
union Room {
  cmsghdr alignment;
  char octets[CMSG_SPACE(count * sizeof(int))];
};
using Control = Room<1>;

base::Result<std::pair<Fd, Fd>> two_sockets(int type) {
  int ends[2];
  if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) != 0) return base::system_error("socketpair");
  return std::pair(Fd(ends[0]), Fd(ends[1]));
}

std::size_t room_of(int socket) {
  int octets = 0;
  socklen_t size = sizeof octets;
  if (getsockopt(socket, SOL_SOCKET, SO_SNDBUF, &octets, &size) != 0) return 0;
  return octets > 0 ? static_cast<std::size_t>(octets) : 0;
}

template <std::size_t count>
msghdr room_for(iovec& part, Room<count>& control) {
  msghdr out = {};
  out.msg_iov = &part;
  out.msg_iovlen = 1;
  out.msg_control = control.octets;
  out.msg_controllen = sizeof control.octets;
  return out;
}

ssize_t receive(int socket, msghdr& message, int how) {
  ssize_t got = 0;
  do {
    got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | how);
  } while (got < 0 && errno == EINTR);
  return got;
}

void put_descriptors(msghdr& message, const std::vector<int>& descriptors) {
  auto* const header = CMSG_FIRSTHDR(&message);
  const auto size = descriptors.size() * sizeof(int);
  message.msg_controllen = CMSG_SPACE(size);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(size);
  std::memcpy(CMSG_DATA(header), descriptors.data(), size);
}

base::Result<void> send(int socket, const msghdr& message, bool wait) {
  ssize_t sent = 0;
  do {
    sent = sendmsg(socket, &message, MSG_NOSIGNAL | (wait ? 0 : MSG_DONTWAIT));
  } while (sent < 0 && errno == EINTR);
  if (sent >= 0) return {};
  if (errno != EMSGSIZE) return base::system_error("send a packet");
  return base::fail(base::Exit::os, "a packet of " + std::to_string(message.msg_iov->iov_len) +
                                        " octets does not fit a socket's buffer of " +
                                        std::to_string(room_of(socket)) + ": net.core.wmem_max is too small");
}

std::vector<Fd> take_all(msghdr& message) {
  std::vector<Fd> all;
  for (auto* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const auto size = header->cmsg_len - CMSG_LEN(0);
    for (std::size_t at = 0; at + sizeof(int) <= size; at += sizeof(int)) {
      int descriptor = -1;
      std::memcpy(&descriptor, CMSG_DATA(header) + at, sizeof descriptor);
      all.emplace_back(descriptor);
    }
  }
  return all;
}

}  // namespace

Fd take_descriptor(msghdr& message) {
  auto all = take_all(message);
  return all.size() == 1 ? std::move(all[0]) : Fd();
}

void make_room(int socket) {
  // The kernel doubles what it is asked for, and keeps some of it for itself.
  const int octets = packet_limit;
  if (room_of(socket) >= 2 * packet_limit) return;
  if (setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &octets, sizeof octets) == 0 &&
      room_of(socket) >= 2 * packet_limit)
    return;
  // Root may have more than net.core.wmem_max.
  (void)setsockopt(socket, SOL_SOCKET, SO_SNDBUFFORCE, &octets, sizeof octets);
}

base::Result<std::pair<Fd, Fd>> packet_sockets() {
  TRY_ASSIGN(auto sockets, two_sockets(SOCK_SEQPACKET));
  make_room(sockets.first.get());
  make_room(sockets.second.get());
  return sockets;
}

base::Result<std::pair<Fd, Fd>> stream_sockets() {
  return two_sockets(SOCK_STREAM);
}

base::Result<void> send_packet(int socket, std::string_view text, int descriptor, bool wait) {
  if (text.empty() || text.size() > packet_limit)
    return base::fail(base::Exit::software, "a packet of " + std::to_string(text.size()) + " octets");
  iovec part = {const_cast<char*>(text.data()), text.size()};
  Control control = {};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (descriptor >= 0) {
    message.msg_control = control.octets;
    message.msg_controllen = sizeof control.octets;
    put_descriptors(message, {descriptor});
  }
  return send(socket, message, wait);
}

base::Result<void> send_files(int socket, const std::vector<Fd>& files) {
  if (files.empty() || files.size() > most_files)
    return base::fail(base::Exit::software, "a packet of " + std::to_string(files.size()) + " files");
  std::vector<int> descriptors;
  for (const auto& file : files) descriptors.push_back(file.get());
  char octet = 'f';
  iovec part = {&octet, 1};
  Room<most_files> control = {};
  auto message = room_for(part, control);
  put_descriptors(message, descriptors);
  return send(socket, message, true);
}

std::vector<Fd> receive_files(int socket) {
  char octet = 0;
  iovec part = {&octet, 1};
  Room<most_files> control = {};
  auto message = room_for(part, control);
  return receive(socket, message, 0) > 0 ? take_all(message) : std::vector<Fd>();
}

base::Result<std::optional<Fd>> receive_descriptor(int socket, bool wait) {
  char octet = 0;
  iovec part = {&octet, 1};
  Control control = {};
  auto message = room_for(part, control);
  const ssize_t got = receive(socket, message, wait ? 0 : MSG_DONTWAIT);
  if (got < 0 && errno == EAGAIN) return std::optional<Fd>();
  if (got < 0) return base::system_error("receive a descriptor");
  if (got == 0) return base::fail(base::Exit::os, "receive a descriptor: the other end is closed");
  auto descriptor = take_descriptor(message);
  return descriptor ? std::optional(std::move(descriptor)) : std::nullopt;
}

base::Result<std::optional<Packet>> receive_packet(int socket) {
  char buffer[packet_limit];
  iovec part = {buffer, sizeof buffer};
  Control control = {};
  auto message = room_for(part, control);
  const ssize_t got = receive(socket, message, 0);
  // A process that dies with something unread resets the connection.
  if (got == 0 || (got < 0 && errno == ECONNRESET)) return std::optional<Packet>();
  if (got < 0) return base::system_error("receive a packet");
  auto descriptor = take_descriptor(message);
  if ((message.msg_flags & MSG_TRUNC) != 0)
    return base::fail(base::Exit::protocol, "a packet that is longer than any");
  return std::optional(Packet{std::string(buffer, static_cast<std::size_t>(got)), std::move(descriptor)});
}

std::string join_fields(const std::vector<std::string_view>& fields) {
  std::string out;
  for (const auto field : fields) (out += field) += '\0';
  return out;
}

std::vector<std::string> split_fields(std::string_view text) {
  return take_fields(text, SIZE_MAX);
}

std::vector<std::string> take_fields(std::string_view& text, std::size_t most) {
  std::vector<std::string> out;
  while (out.size() < most && !text.empty()) {
    const auto end = std::min(text.find('\0'), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace fs
