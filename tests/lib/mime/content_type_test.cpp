#include "mime/content_type.hpp"

#include <gtest/gtest.h>

#include "../header/show_defects.hpp"
#include "header/parameter.hpp"

namespace content_type_test {
namespace {

std::string show_type(const mime::ContentType& type) {
  std::string out = type.type + "/" + type.subtype;
  for (const auto& [name, value] : type.parameters) out += " " + name + "=[" + value + "]";
  return out;
}

TEST(ContentType, Table) {
  const struct {
    const char* text;
    const char* wanted;
  } rows[] = {
      {"text/plain; charset=us-ascii", "text/plain charset=[us-ascii]"},
      {" TEXT/HTML ; Charset = \"UTF-8\" ", "text/html charset=[UTF-8]"},
      {"text/plain (comment) ; (another) charset=x (third)", "text/plain charset=[x]"},
      {"multipart/mixed; boundary=\"a b\\\"c\"", "multipart/mixed boundary=[a b\"c]"},
      {"multipart/mixed;\r\n\tboundary=----=_x/y", "multipart/mixed boundary=[----=_x/y]"},
      {"image/png; name*0=a; name*1=b", "image/png name*0=[a] name*1=[b]"},
      {"a/b\n x*0*=us-ascii''a\n x*1=\"b c\"\n y=z", "a/b x*0*=[us-ascii''a] x*1=[b c] y=[z]"},
      {"a/b; name=my report (1).pdf; x=y", "a/b name=[my report (1).pdf] x=[y]"},
      {"a/b; name=report(1).pdf", "a/b name=[report(1).pdf]"},
      {"a/b; name=x.pdf (a comment); charset=x(y)", "a/b name=[x.pdf] charset=[x]"},
      {"a/b; name=my new report.pdf ; x=y", "a/b name=[my new report.pdf] x=[y]"},
      {"a/b; name=my x=y", "a/b name=[my] x=[y]"},
      {"text", "text/plain"},
      {"", "text/plain"},
      {"/html; x=y", "text/plain"},
      {"text/; charset=x", "text/plain charset=[x]"},
      {"text/plain/format; charset=x", "text/plain/format charset=[x]"},
      {"text/html\"; charset=x", "text/html charset=[x]"},
      {"name=value", "text/plain"},
      {"a/b;;; c=d;e", "a/b c=[d]"},
      {"a/b; c=\"never ends", "a/b c=[never ends]"},
  };
  for (const auto& row : rows)
    EXPECT_EQ(show_type(mime::parse_content_type(row.text)), row.wanted) << row.text;
}

TEST(ContentType, Disposition) {
  const auto out = mime::parse_disposition(" Attachment; FileName=\"x;y.pdf\"; size=3");
  EXPECT_EQ(out.value, "attachment");
  ASSERT_EQ(out.parameters.size(), 2u);
  EXPECT_EQ(*mime::find(out.parameters, "FILENAME"), "x;y.pdf");
  EXPECT_EQ(mime::find(out.parameters, "none"), nullptr);
}

TEST(ContentType, Defects) {
  const struct {
    const char* text;
    const char* type;
    const char* disposition;
  } rows[] = {
      {"text/plain; charset=x", "", ""},
      {" (a) attachment (b)", "missing-type@19", ""},
      {"text/; charset=x", "missing-subtype@4", ""},
      {"a/b/c", "text-after-type@3", ""},
      {"", "missing-type@0", "missing-disposition@0"},
      {"filename=a.pdf", "missing-type@14", "missing-disposition@0 missing-semicolon@0"},
      {"a/b c=d; c=e", "missing-semicolon@4 duplicate-parameter@9", ""},
  };
  for (const auto& row : rows) {
    base::Defects type;
    mime::parse_content_type(row.text, &type);
    EXPECT_EQ(show(type), row.type) << row.text;
    if (std::string_view(row.text).find('/') != std::string_view::npos) continue;
    base::Defects disposition;
    mime::parse_disposition(row.text, &disposition);
    EXPECT_EQ(show(disposition), row.disposition) << row.text;
  }
}

TEST(ContentType, ADispositionThatIsOnlyAName) {
  const auto out = mime::parse_disposition(" filename=\"a b.pdf\"");
  EXPECT_EQ(out.value, "attachment");
  EXPECT_EQ(*mime::find(out.parameters, "filename"), "a b.pdf");
  EXPECT_EQ(mime::parse_disposition("name=value").value, "name=value");
}

TEST(ContentType, IsPartOfTheCheckOfAHeader) {
  base::Defects defects;
  header::check_header("Content-Type: a/b; c\nContent-Disposition: x; a=b; a=c\n", defects,
                       mime::field_checks, header::HeaderOf::part);
  EXPECT_EQ(show(defects), "missing-value@19 duplicate-parameter@50");
}

TEST(ContentType, AHundredThousandPieces) {
  std::string text = "a/b";
  for (int i = 0; i < 100'000; ++i) text += "; name*" + std::to_string(i) + "=x";
  base::Defects defects;
  const auto out = mime::parse_content_type(text, &defects);
  EXPECT_EQ(out.parameters.size(), 1000u);
  ASSERT_FALSE(defects.empty());
  EXPECT_EQ(defects.list().front().rule, &header::too_many_parameters);
  EXPECT_EQ(header::parameter(out.parameters, "name")->size(), 1000u);
}

TEST(ContentType, ParametersHaveALimit) {
  EXPECT_EQ(mime::parse_parameters(";a=1;b=2;c=3", 2).size(), 2u);
}

}  // namespace
}  // namespace content_type_test
