// What TLS means for who may log in by SMTP.
#pragma once

#include "serve/smtp_server.hpp"

namespace serve {

/// Finds out whether TLS is there or can be had. Passwords are taken behind it, and `in_clear` without.
void find_tls(Reception& reception, bool in_clear);

}  // namespace serve
