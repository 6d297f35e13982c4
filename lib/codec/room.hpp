// Room for output whose length is known only at the end. A step is given where to write and returns where it
// ended.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace codec {

template <class Step>
void append_within(std::size_t most, std::string& out, Step step) {
  const std::size_t had = out.size();
  out.resize(had + most);
  const char* const end = step(out.data() + had);
  out.resize(static_cast<std::size_t>(end - out.data()));
}

/// `room` only grows: a string that is made longer for every piece is filled with zeros for every piece.
template <class Step>
std::string_view fill_within(std::size_t most, std::string& room, Step step) {
  if (room.size() < most) room.resize(most);
  const char* const end = step(room.data());
  return {room.data(), static_cast<std::size_t>(end - room.data())};
}

}  // namespace codec
