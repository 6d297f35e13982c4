#include "serve/written_to.hpp"

#include <gtest/gtest.h>

namespace written_to_test {
namespace {

spool::Envelope to(const std::string& address, const std::string& parameters, bool expanded) {
  spool::Envelope out;
  out.expanded = expanded;
  out.recipients = {{address, spool::Status::todo, parameters}};
  return out;
}

TEST(WrittenTo, IsAnAddressAndNotANameOfTheQueue) {
  const serve::AccountPolicy policy;
  const struct {
    const char* address;
    const char* parameters;
    bool expanded;
    const char* wanted;
  } rows[] = {
      {"bob@example.test", "ORCPT=rfc822;x@far.test", false, "bob@example.test"},
      {"bob", "", true, "bob@mx.test"},
      {"carol@far.test", "", true, "carol@far.test"},
      {"|bugs:0123456789abcdef", "", true, "bugs@mx.test"},
      {"|bugs%a.test:0123456789abcdef", "", true, "bugs@a.test"},
      // What does not lead here, and what is no address.
      {"bob", "ORCPT=rfc822;x@far.test", true, "bob@mx.test"},
      {"bob", "ORCPT=rfc822;x@far.test+0AX-Field:+20y", true, "bob@mx.test"},
      {"bob", "ORCPT=x400;x", true, "bob@mx.test"},
  };
  for (const auto& row : rows) {
    const auto envelope = to(row.address, row.parameters, row.expanded);
    EXPECT_EQ(serve::written_to(envelope, row.address, &policy, "mx.test"), row.wanted) << row.parameters;
  }
}

TEST(WrittenTo, ReportsSpeakOfTheAddressTheSenderWroteTo) {
  EXPECT_EQ(serve::with_original({"bugs@a.test"}), "ORCPT=rfc822;bugs@a.test");
  EXPECT_EQ(serve::with_original({"bugs@a.test", spool::Status::todo, "ORCPT=rfc822;old@b.test"}),
            "ORCPT=rfc822;old@b.test");
}

}  // namespace
}  // namespace written_to_test
