#include "mime/readable.hpp"

#include <gtest/gtest.h>

namespace readable_test {
namespace {

std::string part(const std::string& type, const std::string& body) {
  return "Content-Type: " + type + "\n\n" + body + "\n";
}

std::string multipart(const std::string& subtype, const std::string& boundary,
                      const std::vector<std::string>& parts) {
  std::string out = "Content-Type: multipart/" + subtype + "; boundary=" + boundary + "\n\n";
  for (const auto& one : parts) out += "--" + boundary + "\n" + one;
  return out + "--" + boundary + "--\n";
}

TEST(Readable, Table) {
  const auto plain = part("text/plain", "p");
  const auto html = part("text/html", "h");
  const auto image = part("image/png", "i");
  const std::string attached = "Content-Disposition: attachment\n" + plain;
  const struct {
    std::string message;
    const char* wanted;
  } rows[] = {
      {plain, "1 "},
      {image, ""},
      {multipart("mixed", "a", {plain, image, plain, attached}), "1 3 "},
      {multipart("alternative", "a", {plain, html}), "1 "},
      {multipart("alternative", "a", {html, plain}), "2 "},
      {multipart("alternative", "a", {part("text/enriched", "e"), html}), "2 "},
      {multipart("alternative", "a", {plain, multipart("related", "b", {html, image})}), "1 "},
      {multipart("alternative", "a", {multipart("related", "b", {html, image, plain}), image}), "1.1 "},
      {multipart("signed", "a", {plain, plain}), "1 "},
      {multipart("mixed", "a", {plain, part("message/rfc822", "Subject: x\n\ninner")}), "1 2 2.1 "},
      {multipart("report", "a", {plain, part("message/delivery-status", "Action: failed")}), "1 2 "},
  };
  for (const auto& row : rows) {
    const auto root = mime::parse(row.message);
    const auto parts = mime::list_parts(row.message, root);
    std::string found;
    for (const auto i : mime::readable_parts(parts)) found += parts[i].number + " ";
    EXPECT_EQ(found, row.wanted) << row.message;
  }
}

}  // namespace
}  // namespace readable_test
