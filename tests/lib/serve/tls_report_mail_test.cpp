#include "serve/tls_report_mail.hpp"

#include <zlib.h>

#include <gtest/gtest.h>

namespace tls_report_mail_test {
namespace {

std::string unpacked(const std::string& packed) {
  z_stream stream = {};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) return "";
  std::string out(100'000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool whole = inflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return whole ? out : "";
}

TEST(TlsReportMail, IsCompressedAndSaysWhatItIs) {
  const std::string text(50'000, 'x');
  EXPECT_EQ(unpacked(serve::gzipped(text).value()), text);
  EXPECT_LT(serve::gzipped(text).value().size(), 1000U);
  net::TlsReport report;
  report.add({{"no-policy-found", "x.test"}});
  const auto mail =
      serve::compose({"us.test", "pm@us.test", {"a@x.test", "b@x.test"}, "x.test", 1795219200, 1795305700},
                     report)
          .value();
  for (const char* part :
       {"From: pm@us.test\n", "To: a@x.test,\n b@x.test\n", "\nTLS-Report-Domain: x.test\n",
        "\nTLS-Required: No\n", "\nSubject: Report Domain: x.test\n", "report-type=\"tlsrpt\"",
        "\nContent-Type: application/tlsrpt+gzip\n",
        "filename=\"us.test!x.test!1795219200!1795305599.json.gz\"", "\n--tlsrpt-1795305700--\n"})
    EXPECT_NE(mail.find(part), std::string::npos) << part;
}

}  // namespace
}  // namespace tls_report_mail_test
