#include "sasl/plain.hpp"

#include "codec/base64.hpp"

namespace sasl {

base::Result<Credentials> decode_plain(std::string_view base64) {
  if (base64.size() > plain_limit) return base::fail(base::Exit::data, "the response is too long");
  TRY_ASSIGN(const auto text, codec::base64_decode(base64, codec::Base64Reading::strict));
  const auto first = text.find('\0');
  const auto second = first == std::string::npos ? first : text.find('\0', first + 1);
  if (second == std::string::npos || text.find('\0', second + 1) != std::string::npos) {
    return base::fail(base::Exit::data, "not 'authzid NUL authcid NUL password'");
  }
  const auto authorize = text.substr(0, first);
  Credentials out = {text.substr(first + 1, second - first - 1), text.substr(second + 1)};
  if (out.name.empty() || out.password.empty())
    return base::fail(base::Exit::data, "name or password is empty");
  if (!authorize.empty() && authorize != out.name) {
    return base::fail(base::Exit::not_permitted, "one user cannot act as another");
  }
  return out;
}

}  // namespace sasl
