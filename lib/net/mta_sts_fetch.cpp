#include "net/mta_sts_fetch.hpp"

#include <curl/curl.h>

#include <array>
#include <memory>

#include "base/ascii.hpp"
#include "net/mta_sts.hpp"

namespace net {

namespace {

std::size_t take(char* data, std::size_t, std::size_t length, void* into) {
  auto& text = *static_cast<std::string*>(into);
  if (text.size() + length > sts_policy_limit) return 0;  // ends the transfer
  text.append(data, length);
  return length;
}

bool is_about_certificate(CURLcode code) {
  return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_ISSUER_ERROR ||
         code == CURLE_SSL_CERTPROBLEM;
}

/// With or without parameters.
bool is_plain_text(std::string_view type) {
  return base::iequals(base::trim(type.substr(0, type.find(';'))), "text/plain");
}

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

List addresses_of(const std::string& host, const std::vector<std::string>& addresses) {
  std::string text = host + ":443:";
  for (const auto& one : addresses) text += (one == addresses.front() ? "" : ",") + one;
  return {addresses.empty() ? nullptr : curl_slist_append(nullptr, text.c_str()), curl_slist_free_all};
}

void configure(CURL* curl, const StsFetchTerms& terms) {
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!terms.authorities.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, terms.authorities.c_str());
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, terms.seconds);
  curl_easy_setopt(curl, CURLOPT_MAXFILESIZE, static_cast<long>(sts_policy_limit));
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "tubepost");
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
}

}  // namespace

void prepare_sts_fetch() {
  (void)curl_global_init(CURL_GLOBAL_DEFAULT);
}

base::Result<std::string> fetch_sts_policy(const std::string& domain,
                                           const std::vector<std::string>& addresses,
                                           const StsFetchTerms& terms) {
  const Handle curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) return base::fail(base::Exit::temporary, "libcurl does not start");
  const auto host = "mta-sts." + domain;
  const auto url = "https://" + host + "/.well-known/mta-sts.txt";
  const auto list = addresses_of(host, addresses);
  std::string text;
  std::array<char, CURL_ERROR_SIZE> reason = {};
  configure(curl.get(), terms);
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  if (list) curl_easy_setopt(curl.get(), CURLOPT_RESOLVE, list.get());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &text);
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, reason.data());
  const auto code = curl_easy_perform(curl.get());
  const auto said = reason[0] != '\0' ? std::string(reason.data()) : std::string(curl_easy_strerror(code));
  if (code == CURLE_WRITE_ERROR || code == CURLE_FILESIZE_EXCEEDED)
    return base::fail(base::Exit::data, url + ": longer than 64 KiB");
  if (code != CURLE_OK)
    return base::fail(is_about_certificate(code) ? base::Exit::not_permitted : base::Exit::temporary,
                      url + ": " + base::printable(said, 200));
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) return base::fail(base::Exit::temporary, url + ": status " + std::to_string(status));
  const char* type = nullptr;
  curl_easy_getinfo(curl.get(), CURLINFO_CONTENT_TYPE, &type);
  if (type == nullptr || !is_plain_text(type))
    return base::fail(base::Exit::data, url + ": is not text/plain");
  return text;
}

}  // namespace net
