#include "serve/inputs.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>

TEST(Inputs, TakesPlainFilesWhenTheyAreAskedForAndPipesAtOnce) {
  std::string directory = testing::TempDir() + "inputs-XXXXXX";
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  const auto plain = directory + "/plain";
  std::ofstream(plain) << "first";
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(write(ends[1], "piped", 5), 5);
  close(ends[1]);
  serve::Inputs inputs({plain, plain, "/dev/fd/" + std::to_string(ends[0]), directory, directory + "/none"});
  close(ends[0]);
  std::ofstream(plain) << "later";
  EXPECT_EQ(inputs.take(0)->text(), "first");
  EXPECT_EQ(inputs.take(1)->text(), "later");
  EXPECT_EQ(inputs.take(2)->text(), "piped");
  EXPECT_EQ(inputs.take(3).error().code, base::Exit::no_input);
  EXPECT_EQ(inputs.take(4).error().code, base::Exit::no_input);
  unlink(plain.c_str());
  rmdir(directory.c_str());
}
