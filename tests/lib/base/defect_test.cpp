#include "base/defect.hpp"

#include <gtest/gtest.h>

namespace defect_test {
namespace {

constexpr base::Rule rule = {"name", "text", "section", base::Harm::none};

TEST(Defect, InnerOffsetsAreMoved) {
  base::Defects inner;
  inner.add(rule, 3);
  base::Defects outer;
  outer.add(inner, 10);
  EXPECT_EQ(outer.list(), (std::vector<base::Defect>{{&rule, 13}}));
}

TEST(Defect, NumberIsLimited) {
  base::Defects many;
  for (std::size_t i = 0; i < 5000; ++i) base::note(&many, rule, i);
  base::note(nullptr, rule, 1);
  EXPECT_EQ(many.list().size(), base::Defects::limit);
}

}  // namespace
}  // namespace defect_test
