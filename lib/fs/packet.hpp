// Whole messages between two processes of one program, with an open file where one goes along.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "fs/fd.hpp"

namespace fs {

/// Octets; more is Exit::software to send, and Exit::protocol to receive.
constexpr std::size_t packet_limit = 64 * 1024;

/// Two sockets (unix(7)) that are connected with one another: SOCK_SEQPACKET, which take any packet wherever
/// the kernel grants the room for it, or SOCK_STREAM.
base::Result<std::pair<Fd, Fd>> packet_sockets();
base::Result<std::pair<Fd, Fd>> stream_sockets();

/// Asks for the room that a packet of `packet_limit` needs, where net.core.wmem_default is less.
void make_room(int socket);

/// `descriptor`: a duplicate of it goes along; -1: none. Exit::os: the other end is closed, or the socket has
/// no room for so much (EMSGSIZE) and never will. Exit::temporary: it is not to `wait`, and the other end
/// takes nothing now.
base::Result<void> send_packet(int socket, std::string_view text, int descriptor = -1, bool wait = true);

struct Packet {
  std::string text;
  Fd descriptor;
};

/// The descriptor that recvmsg(2) has brought. Where it has brought several, which its room for one makes
/// possible, all are closed and there is none: who sends them must not fill this process with them.
Fd take_descriptor(msghdr& message);

/// One octet, on a stream too, and the descriptor that comes with it. Nothing: it has none or, where it is
/// not to `wait`, nothing has come. Exit::os: the other end is closed.
base::Result<std::optional<Fd>> receive_descriptor(int socket, bool wait = true);

/// Nothing: the other end is closed.
base::Result<std::optional<Packet>> receive_packet(int socket);

/// Several in one packet, which a process that is trusted has sent: at most `most_files`.
constexpr std::size_t most_files = 16;
base::Result<void> send_files(int socket, const std::vector<Fd>& files);
/// None: the other end is closed, or what came has none.
std::vector<Fd> receive_files(int socket);

/// Fields as one text, each ended by NUL, which none of them holds; and back.
std::string join_fields(const std::vector<std::string_view>& fields);
std::vector<std::string> split_fields(std::string_view text);
/// The first of them, at most `most`, of a text that goes on with anything.
std::vector<std::string> take_fields(std::string_view& text, std::size_t most);

}  // namespace fs
