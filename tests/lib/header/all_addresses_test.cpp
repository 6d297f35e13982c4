#include "header/all_addresses.hpp"

#include <gtest/gtest.h>

namespace all_addresses_test {
namespace {

TEST(AllAddresses, AreThoseOfEveryFieldOfTheName) {
  const auto fields = header::parse_fields("To: a@x.test\r\nCc: c@x.test\r\nTO: b@x.test, d@x.test\r\n\r\n");
  std::string found;
  for (const auto& one : header::all_addresses(fields, "To")) found += one.local;
  EXPECT_EQ(found, "abd");
  EXPECT_EQ(header::all_addresses(fields, "to", 2).size(), 2u);
  EXPECT_TRUE(header::all_addresses(fields, "Bcc").empty());
}

}  // namespace
}  // namespace all_addresses_test
