// A message with two parts, one of them damaged, and what is written of it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "fs/fd.hpp"
#include "fs/output.hpp"
#include "fs/stream.hpp"
#include "serve/decode.hpp"

inline constexpr std::string_view text =
    "Date: Thu, 1 Jan 1970 00:00:00 +0000\r\nFrom: a@b.test\r\nMIME-Version: 1.0\r\nContent-Type: "
    "multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; "
    "charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ncaf=E9\r\nau lait\r\n--b\r\n"
    "Content-Type: application/b; name=\"x y\"\r\nContent-Transfer-Encoding: "
    "base64\r\n\r\nZm9v*\r\n--b--\r\n";

/// What `work` writes, and whether it found damage.
template <class Work>
std::pair<std::string, bool> written(Work work) {
  const auto file = fs::temporary_file();
  fs::Output out(file->get());
  const auto damaged = work(out);
  EXPECT_TRUE(damaged && out.flush());
  return {*fs::read_up_to(file->get(), 0, 100'000), damaged && *damaged};
}
