#include "header/folding.hpp"

#include <gtest/gtest.h>

namespace folding_test {
namespace {

TEST(Folding, BreaksBeforeAPieceThatDoesNotFit) {
  header::FieldWriter field("To");
  EXPECT_EQ(field.room(), 72u);
  field.put(std::string(72, 'x'));
  EXPECT_EQ(field.room(), 0u);
  field.put("y");
  field.put("z", "  ");
  EXPECT_EQ(std::move(field).finish(), "To: " + std::string(72, 'x') + "\n y  z\n");
}

TEST(Folding, LeavesRoomForAMark) {
  header::FieldWriter field("To");
  field.put(std::string(70, 'x'));
  field.put("y", " ", 1);
  field.glue(";");
  EXPECT_EQ(std::move(field).finish(), "To: " + std::string(70, 'x') + "\n y;\n");
}

}  // namespace
}  // namespace folding_test
