#include "serve/smtp_tls.hpp"

namespace serve {

void find_tls(Reception& reception, bool in_clear) {
  auto& server = reception.server;
  reception.tls = net::UcspiTls::find();
  server.tls = reception.tls.has_value();
  server.secured = net::tls_from_environment().has_value();
  server.auth_in_clear = in_clear;
  server.auth = server.submission && (in_clear || server.tls || server.secured);
}

}  // namespace serve
