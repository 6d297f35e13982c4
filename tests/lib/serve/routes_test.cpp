#include "serve/routes.hpp"

#include <gtest/gtest.h>

#include "talk.hpp"

namespace {

TEST(Routes, NoFileIsNoRouteAndABadOneIsAnError) {
  const Directory directory;
  EXPECT_FALSE(serve::load_routes(directory.path() + "/none").value().find("x.test"));
  EXPECT_FALSE(serve::load_routes(directory.path()));
}

}  // namespace
