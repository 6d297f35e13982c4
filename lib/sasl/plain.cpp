#include "sasl/plain.hpp"

#include "sasl/mechanisms.hpp"

namespace sasl {

namespace {

class Plain : public Mechanism {
 public:
  using Mechanism::on;
  Step on(std::string_view response) override {
    auto login = parse_plain(response);
    if (login) return {Step::Next::ask, {}, {Question::About::password, login->name, login->password}};
    if (login.error().code == base::Exit::not_permitted) return {Step::Next::denied, login.error().what};
    return {Step::Next::malformed, login.error().what};
  }
};

class Login : public Mechanism {
 public:
  using Mechanism::on;
  std::string first_challenge() const override { return "Username:"; }
  Step on(std::string_view response) override {
    if (response.empty()) return {Step::Next::malformed, "name or password is empty"};
    if (!name_.empty())
      return {Step::Next::ask, {}, {Question::About::password, name_, std::string(response)}};
    name_ = response;
    return {Step::Next::challenge, "Password:"};
  }

 private:
  std::string name_;
};

class External : public Mechanism {
 public:
  using Mechanism::on;
  explicit External(std::string identity) : identity_(std::move(identity)) {}
  Step on(std::string_view response) override {
    if (!response.empty() && response != identity_)
      return {Step::Next::denied, "the certificate is another's"};
    return {Step::Next::ask, {}, {Question::About::certificate, identity_}};
  }

 private:
  std::string identity_;
};

}  // namespace

base::Result<Credentials> parse_plain(std::string_view text) {
  const auto first = text.find('\0');
  const auto second = first == text.npos ? first : text.find('\0', first + 1);
  if (second == text.npos || text.find('\0', second + 1) != text.npos) {
    return base::fail(base::Exit::data, "not 'authzid NUL authcid NUL password'");
  }
  const auto authorize = text.substr(0, first);
  Credentials out = {std::string(text.substr(first + 1, second - first - 1)),
                     std::string(text.substr(second + 1))};
  if (out.name.empty() || out.password.empty())
    return base::fail(base::Exit::data, "name or password is empty");
  if (!authorize.empty() && authorize != out.name) {
    return base::fail(base::Exit::not_permitted, "one user cannot act as another");
  }
  return out;
}

std::unique_ptr<Mechanism> make_plain() {
  return std::make_unique<Plain>();
}

std::unique_ptr<Mechanism> make_login() {
  return std::make_unique<Login>();
}

std::unique_ptr<Mechanism> make_external(std::string identity) {
  return std::make_unique<External>(std::move(identity));
}

}  // namespace sasl
