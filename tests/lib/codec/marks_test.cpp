#include "codec/marks.hpp"

#include <gtest/gtest.h>

#include <string>

#include "codec/scan_kernels.hpp"

namespace marks_test {
namespace {

TEST(Marks, FindsEachOfThemFromAnywhere) {
  std::string text(10'000, 'x');
  for (const std::size_t at : {0u, 63u, 64u, 65u, 4095u, 4096u, 8191u, 9000u, 9999u}) text[at] = '=';
  for (const auto& kernels : codec::scan_kernels()) {
    codec::Marks marks(text, kernels.mark_signs);
    for (std::size_t at = 0; at < text.size(); at += 1 + at % 5)
      ASSERT_EQ(marks.next(at), text.find('=', at)) << kernels.name << " " << at;
    EXPECT_EQ(marks.next(text.size()), text.size());
    text.back() = 'x';
    EXPECT_EQ(codec::Marks(text, kernels.mark_signs).next(9500), text.size());
    text.back() = '=';
    EXPECT_EQ(codec::Marks("", kernels.mark_signs).next(0), 0u);
  }
}

}  // namespace
}  // namespace marks_test
