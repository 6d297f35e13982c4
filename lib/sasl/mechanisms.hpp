// The mechanisms, one at a time; sasl::Exchange chooses.
#pragma once

#include <memory>
#include <string>

#include "sasl/exchange.hpp"

namespace sasl {

/// RFC 4616. An authorization identity other than the name itself is denied.
std::unique_ptr<Mechanism> make_plain();

/// draft-murchison-sasl-login: asks for the name, then for the password; a response in the command is the
/// name.
std::unique_ptr<Mechanism> make_login();

/// RFC 4422 appendix A: the client's certificate names `identity`, and the client may say so.
std::unique_ptr<Mechanism> make_external(std::string identity);

/// RFC 7628. The name is the authorization identity of the GS2 header, which has to be there.
std::unique_ptr<Mechanism> make_oauthbearer();

/// Google's forerunner of it: `user=NAME ^A auth=Bearer TOKEN ^A ^A`.
std::unique_ptr<Mechanism> make_xoauth2();

/// RFC 5802, 7677; `plus`: with channel binding. Channel bindings that can be had: those of the terms.
std::unique_ptr<Mechanism> make_scram(bool plus, const Terms& terms, std::string nonce);

}  // namespace sasl
