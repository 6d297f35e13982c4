#include "serve/mx_exchangers.hpp"

#include <gtest/gtest.h>

#include "fake_resolver.hpp"

namespace mx_exchangers_test {
namespace {

using base::Exit;
using net::RecordType;
using serve::TlsLevel;

using Table = FakeResolver::Table;

const std::string digest(64, 'a');
const std::string good_tlsa = "3 1 1 " + digest;

net::Answer found(std::vector<std::string> values, bool secure = false, std::string canonical = "") {
  return {net::Answer::Outcome::found, secure, 60, std::move(canonical), std::move(values)};
}
net::Answer nothing(bool secure = false) {
  return {net::Answer::Outcome::empty, secure, 60, "", {}};
}
net::Answer bogus() {
  return {net::Answer::Outcome::bogus, false, 0, "", {"signature"}};
}

class FakePolicies : public serve::StsPolicies {
 public:
  explicit FakePolicies(std::optional<net::StsPolicy> policy) : policy_(std::move(policy)) {}
  net::StsAnswer find(const net::StsQuestion& question) override {
    asked = question;
    return {policy_, ""};
  }
  net::StsQuestion asked;

 private:
  std::optional<net::StsPolicy> policy_;
};

base::Result<std::vector<serve::NextHop>> search(const Table& world, const std::string& domain,
                                                 serve::StsPolicies* policies = nullptr) {
  serve::MxTerms terms = {"mx.ours.test", {"192.0.2.200", "2001:db8::200"}};
  terms.below = [](std::size_t n) { return n - 1; };
  serve::MxExchangers exchangers(
      terms,
      [&]() -> base::Result<std::unique_ptr<net::Resolver>> {
        return std::unique_ptr<net::Resolver>(std::make_unique<FakeResolver>(world));
      },
      policies);
  return exchangers.find(domain);
}

std::string show(const base::Result<std::vector<serve::NextHop>>& hops) {
  if (!hops) return "error " + std::to_string(static_cast<int>(hops.error().code)) + " " + hops.error().what;
  std::string out;
  for (const auto& hop : *hops) {
    out += hop.name + "=";
    for (const auto& address : hop.addresses) out += address + ",";
    out += " ";
  }
  return out;
}

Table with_address(const std::string& host, const std::string& address, bool secure = false) {
  return {{{RecordType::a, host}, found({address}, secure)}, {{RecordType::aaaa, host}, nothing(secure)}};
}

Table operator+(Table a, const Table& b) {
  a.insert(b.begin(), b.end());
  return a;
}

TEST(MxExchangers, ByPreferenceWithAllAddresses) {
  const Table world = Table{{{RecordType::mx, "x.test"}, found({"20 b.test", "10 a.test"})},
                            {{RecordType::a, "a.test"}, found({"192.0.2.1", "192.0.2.2"})},
                            {{RecordType::aaaa, "a.test"}, found({"2001:db8::1"})}} +
                      with_address("b.test", "192.0.2.3");
  EXPECT_EQ(show(search(world, "X.test.")), "a.test=2001:db8::1,192.0.2.1,192.0.2.2, b.test=192.0.2.3, ");
  const auto hops = search(world, "x.test").value();
  EXPECT_EQ(hops[0].tls, TlsLevel::may);
  EXPECT_EQ(hops[0].port, 25);
  EXPECT_FALSE(hops[0].is_name_known);
}

TEST(MxExchangers, WithoutMxTheDomainItself) {
  EXPECT_EQ(show(search(Table{{{RecordType::mx, "x.test"}, nothing()}} + with_address("x.test", "192.0.2.1"),
                        "x.test")),
            "x.test=192.0.2.1, ");
  // An MX that nobody knows now is not one that is not there.
  EXPECT_EQ(search(with_address("x.test", "192.0.2.1"), "x.test").error().code, Exit::temporary);
}

TEST(MxExchangers, WhatIsForGood) {
  EXPECT_EQ(search({{{RecordType::mx, "x.test"}, FakeResolver::nxdomain()}}, "x.test").error().code,
            Exit::no_host);
  EXPECT_EQ(search({{{RecordType::mx, "x.test"}, found({"0 ."})}}, "x.test").error().code, Exit::unavailable);
  EXPECT_EQ(search({{{RecordType::mx, "x.test"}, found({"0 a.test"})},
                    {{RecordType::a, "a.test"}, nothing()},
                    {{RecordType::aaaa, "a.test"}, FakeResolver::nxdomain()}},
                   "x.test")
                .error()
                .code,
            Exit::no_host);
  EXPECT_EQ(search({{{RecordType::mx, "x.test"}, found({"0 a..b"})}}, "x.test").error().code, Exit::no_host);
  for (const char* wrong : {"", "a..b", "[", "[]", "[x]", "[ipv6:1.2.3.4]", "[::1]", "[1.2.3]"})
    EXPECT_EQ(search({}, wrong).error().code, Exit::no_host) << wrong;
}

TEST(MxExchangers, NoWordOfTheDnsLeadsToTheLoopback) {
  for (const char* address : {"127.0.0.1", "127.9.9.9", "0.0.0.0", "0.1.2.3", "::1", "::", "::ffff:127.9.9.9",
                              "::ffff:7f00:1", "::ffff:0.0.0.0", "::ffff:192.0.2.200"}) {
    const bool six = std::string(address).find(':') != std::string::npos;
    const Table world = {{{RecordType::mx, "x.test"}, found({"0 a.test"})},
                         {{RecordType::a, "a.test"}, six ? nothing() : found({address})},
                         {{RecordType::aaaa, "a.test"}, six ? found({address}) : nothing()}};
    EXPECT_EQ(search(world, "x.test").error().code, Exit::protocol) << address;
    EXPECT_EQ(search({}, (six ? "[IPv6:" : "[") + std::string(address) + "]").error().code, Exit::protocol)
        << address;
  }
  EXPECT_TRUE(search({}, "[IPv6:::ffff:192.0.2.1]"));
}

TEST(MxExchangers, WhatIsNotKnownIsForLater) {
  EXPECT_EQ(search({}, "x.test").error().code, Exit::temporary);
  EXPECT_EQ(search({{{RecordType::mx, "x.test"}, bogus()}}, "x.test").error().code, Exit::temporary);
  const Table world = {{{RecordType::mx, "x.test"}, found({"10 a.test", "20 b.test"})},
                       {{RecordType::a, "a.test"}, nothing()},
                       {{RecordType::aaaa, "a.test"}, nothing()}};
  EXPECT_EQ(search(world, "x.test").error().code, Exit::temporary);
  EXPECT_EQ(show(search(world + with_address("b.test", "192.0.2.1"), "x.test")), "b.test=192.0.2.1, ");
  // One family is enough.
  EXPECT_EQ(show(search(world + Table{{{RecordType::aaaa, "b.test"}, found({"2001:db8::1"})}}, "x.test")),
            "b.test=2001:db8::1, ");
}

TEST(MxExchangers, NeverBackHere) {
  const auto others = with_address("a.test", "192.0.2.1") + with_address("b.test", "192.0.2.2") +
                      with_address("ours.test", "192.0.2.200") + with_address("MX.ours.test", "192.0.2.9") +
                      with_address("mx.ours.test", "192.0.2.9");
  const auto with = [&](std::vector<std::string> records) {
    return show(search(Table{{{RecordType::mx, "x.test"}, found(std::move(records))}} + others, "x.test"));
  };
  EXPECT_EQ(with({"10 a.test", "20 ours.test", "20 b.test", "30 b.test"}), "a.test=192.0.2.1, ");
  EXPECT_EQ(with({"10 a.test", "20 MX.ours.test"}), "a.test=192.0.2.1, ");
  EXPECT_EQ(with({"10 ours.test", "20 a.test"}), "error 76 mail for x.test leads back to this host");
  EXPECT_EQ(with({"10 mx.ours.test"}), "error 76 mail for x.test leads back to this host");
  EXPECT_EQ(show(search(Table{{{RecordType::mx, "x.test"}, nothing()}} + with_address("x.test", "0.0.0.0"),
                        "x.test")),
            "error 76 mail for x.test leads back to this host");
  EXPECT_EQ(search({}, "[192.0.2.200]").error().code, Exit::protocol);
  EXPECT_EQ(search({}, "[IPv6:2001:DB8:0::200]").error().code, Exit::protocol);
}

TEST(MxExchangers, Literals) {
  EXPECT_EQ(show(search({}, "[192.0.2.1]")), "192.0.2.1=192.0.2.1, ");
  EXPECT_EQ(show(search({}, "[IPv6:2001:DB8::1]")), "2001:db8::1=2001:db8::1, ");
}

Table secure_world(const net::Answer& tlsa, bool secure_mx = true, bool secure_address = true) {
  return Table{{{RecordType::mx, "x.test"}, found({"10 a.test"}, secure_mx, "x.test")},
               {{RecordType::tlsa, "_25._tcp.a.test"}, tlsa}} +
         with_address("a.test", "192.0.2.1", secure_address);
}

TEST(MxExchangers, DaneWhereAllIsSecure) {
  const auto hop = search(secure_world(found({good_tlsa, "0 1 1 " + digest}, true)), "x.test").value().at(0);
  EXPECT_EQ(hop.tls, TlsLevel::dane);
  EXPECT_EQ(hop.tlsa, std::vector<std::string>{good_tlsa});
  EXPECT_EQ(hop.certificate_names, (std::vector<std::string>{"a.test", "x.test"}));
  EXPECT_TRUE(hop.is_name_known);
  const auto level = [](const Table& world) { return search(world, "x.test").value().at(0).tls; };
  EXPECT_EQ(level(secure_world(found({good_tlsa}, false))), TlsLevel::may);
  EXPECT_EQ(level(secure_world(found({good_tlsa}, true), false)), TlsLevel::may);
  EXPECT_EQ(level(secure_world(found({good_tlsa}, true), true, false)), TlsLevel::may);
  EXPECT_EQ(level(secure_world(nothing(true))), TlsLevel::may);
  // Records that cannot be checked ask for TLS all the same (RFC 7672 section 2.2).
  EXPECT_EQ(level(secure_world(found({"0 1 1 " + digest}, true))), TlsLevel::encrypt);
}

TEST(MxExchangers, TlsaThatNobodyKnowsKeepsMailFromTheHost) {
  const auto one = secure_world(bogus());
  EXPECT_EQ(search(one, "x.test").error().code, Exit::temporary);
  EXPECT_EQ(search(secure_world(net::no_answer("timeout")), "x.test").error().code, Exit::temporary);
  auto two = one + with_address("b.test", "192.0.2.2");
  two[{RecordType::mx, "x.test"}] = found({"10 a.test", "20 b.test"}, true, "x.test");
  EXPECT_EQ(show(search(two, "x.test")), "b.test=192.0.2.2, ");
}

TEST(MxExchangers, TlsaBehindAnAlias) {
  Table world = {{{RecordType::mx, "x.test"}, found({"10 a.test"}, true, "x.test")},
                 {{RecordType::a, "a.test"}, found({"192.0.2.1"}, true, "real.test")},
                 {{RecordType::aaaa, "a.test"}, nothing(true)},
                 {{RecordType::tlsa, "_25._tcp.real.test"}, found({good_tlsa}, true)}};
  const auto hop = search(world, "x.test").value().at(0);
  EXPECT_EQ(hop.name, "real.test");
  EXPECT_EQ(hop.certificate_names, (std::vector<std::string>{"real.test", "a.test", "x.test"}));
  // Else those of the alias.
  world[{RecordType::tlsa, "_25._tcp.real.test"}] = nothing(true);
  world[{RecordType::tlsa, "_25._tcp.a.test"}] = found({good_tlsa}, true);
  EXPECT_EQ(search(world, "x.test").value().at(0).name, "a.test");
  // Also where what it stands for is not secure.
  world[{RecordType::a, "a.test"}] = found({"192.0.2.1"}, false, "real.test");
  world[{RecordType::tlsa, "_25._tcp.real.test"}] = found({good_tlsa}, true);
  EXPECT_EQ(search(world, "x.test").value().at(0).tls, TlsLevel::may);
  world[{RecordType::cname, "a.test"}] = found({"real.test"}, true, "a.test");
  EXPECT_EQ(search(world, "x.test").value().at(0).tls, TlsLevel::dane);
  EXPECT_EQ(search(world, "x.test").value().at(0).name, "a.test");
}

TEST(MxExchangers, PolicyOfTheDomain) {
  using Mode = net::StsPolicy::Mode;
  Table world = {{{RecordType::mx, "x.test"}, found({"10 a.test", "20 b.test"})},
                 {{RecordType::txt, "_mta-sts.x.test"}, found({"v=STSv1; id=7"})},
                 {{RecordType::a, "mta-sts.x.test"}, found({"192.0.2.80"})},
                 {{RecordType::aaaa, "mta-sts.x.test"}, nothing()}};
  world = world + with_address("a.test", "192.0.2.1") + with_address("b.test", "192.0.2.2");
  FakePolicies enforced(net::StsPolicy{Mode::enforce, 1, {"b.test"}});
  const auto hops = search(world, "x.test", &enforced).value();
  ASSERT_EQ(hops.size(), 1U);
  EXPECT_EQ(hops[0].name, "b.test");
  EXPECT_EQ(hops[0].tls, TlsLevel::verify);
  EXPECT_EQ(hops[0].certificate_names, std::vector<std::string>{"b.test"});
  EXPECT_TRUE(hops[0].is_name_known);
  EXPECT_EQ(enforced.asked.id, "7");
  EXPECT_EQ(enforced.asked.addresses, std::vector<std::string>{"192.0.2.80"});
  FakePolicies other(net::StsPolicy{Mode::enforce, 1, {"c.test"}});
  EXPECT_EQ(search(world, "x.test", &other).error().code, Exit::not_permitted);
  for (const auto mode : {Mode::testing, Mode::none}) {
    FakePolicies lax(net::StsPolicy{mode, 1, {"c.test"}});
    const auto all = search(world, "x.test", &lax).value();
    EXPECT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].tls, TlsLevel::may);
  }
  FakePolicies no_policy(std::nullopt);
  EXPECT_EQ(search(world, "x.test", &no_policy).value().size(), 2U);
}

TEST(MxExchangers, APolicyIsNotFetchedFromThisHost) {
  Table world = {{{RecordType::mx, "x.test"}, found({"10 a.test"})},
                 {{RecordType::txt, "_mta-sts.x.test"}, found({"v=STSv1; id=7"})},
                 {{RecordType::aaaa, "mta-sts.x.test"}, nothing()}};
  world = world + with_address("a.test", "192.0.2.1");
  const net::StsPolicy known = {net::StsPolicy::Mode::enforce, 1, {"a.test"}};
  for (const std::string ours : {"127.0.0.1", "127.9.9.9", "0.0.0.0", "192.0.2.200"}) {
    world[{RecordType::a, "mta-sts.x.test"}] = found({ours, "192.0.2.80"});
    FakePolicies policies(known);
    EXPECT_TRUE(search(world, "x.test", &policies));
    EXPECT_EQ(policies.asked.addresses, std::vector<std::string>{"192.0.2.80"}) << ours;
    EXPECT_EQ(policies.asked.id, "7");
    // Without an address whoever fetches would look for one.
    world[{RecordType::a, "mta-sts.x.test"}] = found({ours});
    const auto hops = search(world, "x.test", &policies).value();
    EXPECT_EQ(policies.asked, net::StsQuestion{"x.test"}) << ours;
    EXPECT_EQ(hops.at(0).tls, TlsLevel::verify);
  }
  for (const std::string ours : {"::1", "::ffff:127.0.0.1", "2001:db8::200"}) {
    world[{RecordType::a, "mta-sts.x.test"}] = nothing();
    world[{RecordType::aaaa, "mta-sts.x.test"}] = found({ours});
    FakePolicies policies(known);
    EXPECT_TRUE(search(world, "x.test", &policies));
    EXPECT_EQ(policies.asked, net::StsQuestion{"x.test"}) << ours;
  }
}

TEST(MxExchangers, DaneComesBeforeThePolicy) {
  FakePolicies enforced(net::StsPolicy{net::StsPolicy::Mode::enforce, 1, {"other.test"}});
  EXPECT_EQ(search(secure_world(found({good_tlsa}, true)), "x.test", &enforced).value().at(0).tls,
            TlsLevel::dane);
}

}  // namespace
}  // namespace mx_exchangers_test
