#include "serve/tls_report_mail.hpp"

#include <zlib.h>

#include "codec/base64.hpp"
#include "header/date.hpp"

namespace serve {

namespace {

constexpr std::uint64_t day_length = 86'400;  // seconds
constexpr int gzip_window = 15 + 16;          // zlib's way to ask for a gzip header

}  // namespace

base::Result<std::string> gzipped(std::string_view text) {
  const auto broken = base::fail(base::Exit::software, "zlib does not compress");
  z_stream stream = {};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return broken;
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (!done) return broken;
  return out;
}

base::Result<std::string> compose(const TlsReportMail& mail, const net::TlsReport& report) {
  const auto day = net::utc_text(mail.day).substr(0, 10);
  const auto id = day + "." + std::to_string(mail.now) + "." + mail.domain;
  TRY_ASSIGN(
      const auto packed,
      gzipped(report.json({mail.submitter, "mailto:" + mail.from, id + "@" + mail.submitter, mail.day})));
  std::string encoded;
  codec::Base64Encoder encoder;
  encoder.update(packed, encoded);
  encoder.finish(encoded);
  std::string to;
  for (const auto& one : mail.to) to += (to.empty() ? "" : ",\n ") + one;
  const auto boundary = "tlsrpt-" + std::to_string(mail.now);
  std::string out = "From: " + mail.from + "\nTo: " + to + "\nDate: " + header::format_date(mail.now) +
                    "\nMessage-ID: <" + id + "@" + mail.submitter +
                    ">\nSubject: Report Domain: " + mail.domain + "\n Submitter: " + mail.submitter +
                    "\n Report-ID: <" + id + "@" + mail.submitter + ">\nTLS-Report-Domain: " + mail.domain +
                    "\nTLS-Report-Submitter: " + mail.submitter +
                    // What is reported must not keep the report from coming (RFC 8689 section 3).
                    "\nTLS-Required: No\nAuto-Submitted: auto-generated\nMIME-Version: 1.0\n"
                    "Content-Type: multipart/report; report-type=\"tlsrpt\";\n boundary=\"" +
                    boundary + "\"\n\n--" + boundary + "\nContent-Type: text/plain; charset=us-ascii\n\n";
  out += "How the connections of " + mail.submitter + " to the hosts of " + mail.domain +
         "\nwere encrypted on " + day + " (UTC): the attached report says it (RFC 8460).\n\n--" + boundary;
  const auto name = mail.submitter + "!" + mail.domain + "!" + std::to_string(mail.day) + "!" +
                    std::to_string(mail.day + day_length - 1) + ".json.gz";
  out +=
      "\nContent-Type: application/tlsrpt+gzip\nContent-Transfer-Encoding: base64\n"
      "Content-Disposition: attachment;\n filename=\"" +
      name + "\"\n\n" + encoded + "\n--" + boundary + "--\n";
  return out;
}

}  // namespace serve
