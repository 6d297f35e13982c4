// The MTA-STS policies of domains: remembered in a directory, fetched by HTTPS.
#include "proc/run.hpp"
#include "serve/mta_sts_service.hpp"

namespace {

constexpr proc::Option options[] = {
    {"channels", "", "standard input is a socket on which other programs hand over theirs"}};
constexpr std::string_view keys[] = {"mta-sts-dir", "authorities"};
constexpr proc::Usage usage = {
    "mta-sts",
    "[options] < questions",
    "Say which MTA-STS policy holds for a domain: DOMAIN [ID [ADDRESS...]], one a line.",
    "  echo example.org | mta-sts\n"
    "  echo example.org 20260101 | mta-sts --mta-sts-dir /tmp/policies\n",
    options,
    keys};

base::Result<int> work(const proc::Options& given) {
  const auto directory = given.get("mta-sts-dir");
  const net::StsFetchTerms terms = {given.get("authorities")};
  net::prepare_sts_fetch();
  if (given.has("channels")) return serve::serve_sts_channels(directory, terms, 0);
  serve::StsService service(serve::StsCache(directory), serve::fetch_apart(terms));
  TRY(serve::confine_to_cache(directory));
  return service.answer_lines(0, 1);
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}
