// Messages as conversations (RFC 5256 section 3); pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace imap {

struct Threaded {
  std::uint32_t number = 0;  // what is told of it: a message number or a UID
  std::int64_t date = 0;     // when it was sent
  std::string_view id;       // its Message-ID; empty: none
  std::vector<std::string_view> references;
  std::string_view subject;  // the base of it
  bool reply = false;        // by its subject
};

/// Octets of the names and subjects that one command goes by, with what each of them takes besides.
constexpr std::size_t room_for_names = 256 * 1024 * 1024;

class Threading {
 public:
  enum class By { references, subject };
  explicit Threading(By by, std::size_t room = room_for_names);
  Threading(Threading&&) noexcept;
  Threading& operator=(Threading&&) noexcept;
  ~Threading();

  /// False: there is no room for what it names, and so no answer. Nothing it looks at is needed any longer.
  bool add(const Threaded& message);

  /// `(2)(3 6 (4 23)(44 7 96))`; empty for no messages. Once, when all are there. In time about linear, and
  /// no deeper on the stack for deep threads.
  std::string format();

 private:
  class Threads;
  By by_;
  std::unique_ptr<Threads> threads_;
};

}  // namespace imap
