#include "serve/mx_search.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>

#include "fs/fd.hpp"
#include "serve/clock.hpp"
#include "serve/tls_wish.hpp"
#include "talk.hpp"

namespace mx_search_test {
namespace {

using base::Exit;

/// In place of resolve(1): it knows the lines of the file `world`, "TYPE NAME VALUE", and writes what it is
/// asked into `asked`.
constexpr const char* resolve = R"(#!/usr/bin/env python3
import os, socket, threading
place = os.path.dirname(__file__)
world = {}
for line in open(place + "/world"):
    kind, name, value = line.rstrip("\n").split(" ", 2)
    world.setdefault((kind, name), []).append(value)

def serve(channel):
    for line in channel.makefile():
        number, kind, name = line.split()
        with open(place + "/asked", "a") as asked: asked.write(kind + " " + name + "\n")
        values = world.get((kind, name), [])
        if "silence" in values: continue
        words = [number, "found" if values else "empty", "insecure", "60", kind, name, "-", *values]
        channel.sendall(("\t".join(words) + "\n").encode())

control = socket.socket(fileno=0)
while True:
    text, descriptors, *_ = socket.recv_fds(control, 65536, 1)
    if not text: break
    threading.Thread(target=serve, args=(socket.socket(fileno=descriptors[0]),), daemon=True).start()
)";

class MxSearch : public testing::Test {
 protected:
  void install(const std::string& world) const {
    std::ofstream(at("resolve")) << resolve;
    chmod(at("resolve").c_str(), 0755);
    std::ofstream(at("world")) << world;
  }
  std::string at(const std::string& name) const { return place_.path() + "/" + name; }
  base::Result<std::unique_ptr<serve::MxSearch>> load(const std::vector<std::string>& more = {}) const {
    static constexpr std::string_view keys[] = {"relay-by-mx",     "mx-loopback", "hostname",    "libexec",
                                                "tls-results-dir", "mta-sts",     "mta-sts-dir", "resolver",
                                                "trust-anchor",    "dns-timeout", "authorities"};
    std::vector<std::string> words = {"--config=/dev/null", "--hostname=mx.ours.test",
                                      "--libexec=" + place_.path(), "--dns-timeout=1"};
    words.insert(words.end(), more.begin(), more.end());
    for (const std::string key : {"mta-sts=no", "relay-by-mx=yes", "tls-results-dir=/none"}) {
      const auto name = "--" + key.substr(0, key.find('=') + 1);
      const auto given = [&](const std::string& one) { return one.starts_with(name); };
      if (std::none_of(words.begin(), words.end(), given)) words.push_back("--" + key);
    }
    TRY_ASSIGN(const auto given, proc::parse({"test", "", "", "", {}, keys}, words));
    return serve::MxSearch::load(given, std::nullopt);
  }
  std::size_t asked(const std::string& question) const {
    std::ifstream file(at("asked"));
    std::size_t out = 0;
    for (std::string line; std::getline(file, line);) out += line == question ? 1 : 0;
    return out;
  }

  Directory place_;
};

TEST_F(MxSearch, KnowsTheAddressesOfThisHost) {
  const auto addresses = serve::own_addresses();
  EXPECT_NE(std::find(addresses.begin(), addresses.end(), "127.0.0.1"), addresses.end());
}

TEST_F(MxSearch, IsMadeAsTheKeysSay) {
  const auto unwanted = load({"--relay-by-mx=no"});
  ASSERT_TRUE(unwanted);
  EXPECT_EQ(unwanted->get(), nullptr);
  EXPECT_EQ(load({"--relay-by-mx=perhaps"}).error().code, Exit::usage);
  // Nobody to ask.
  EXPECT_EQ(load().error().code, Exit::configuration);
  install("");
  EXPECT_TRUE(load());
  EXPECT_EQ(load({"--mx-loopback=perhaps"}).error().code, Exit::usage);
  EXPECT_EQ(load({"--mta-sts=yes"}).error().code, Exit::configuration) << "mta-sts(8) is not there";
  const auto search = load({"--authorities=/ca.pem"});
  ASSERT_TRUE(search);
  EXPECT_EQ((*search)->files(), std::vector<std::string>{"/ca.pem"});
}

TEST_F(MxSearch, WhatWasFoundIsNotAskedForAgainSoon) {
  install("MX far.test 10 mx.far.test\nA mx.far.test 192.0.2.9\n");
  const auto search = load().value();
  search->prepare();
  EXPECT_GE(search->descriptors().at(0), 0);
  for (int i = 0; i < 2; ++i) {
    const auto hops = search->find("far.test");
    ASSERT_TRUE(hops) << hops.error().what;
    ASSERT_EQ(hops->size(), 1u);
    EXPECT_EQ(hops->at(0).name, "mx.far.test");
    EXPECT_EQ(hops->at(0).addresses, std::vector<std::string>{"192.0.2.9"});
  }
  EXPECT_EQ(asked("MX far.test"), 1u);
  // What a policy forbids is known apart from what is found without one.
  EXPECT_TRUE(search->find_whatever_policy("far.test"));
  EXPECT_EQ(asked("MX far.test"), 2u);
  // Failures count as long.
  for (int i = 0; i < 2; ++i) EXPECT_EQ(search->find("none.test").error().code, Exit::no_host);
  EXPECT_EQ(asked("MX none.test"), 1u);
}

TEST_F(MxSearch, ThisHostIsNoOther) {
  install(
      "MX far.test 10 mx.far.test\nA mx.far.test 127.9.9.9\nMX name.test 10 mx.ours.test\nA mx.ours.test "
      "192.0.2.9\n");
  const auto search = load().value();
  search->prepare();
  EXPECT_EQ(search->find("far.test").error().code, Exit::protocol);
  EXPECT_EQ(search->find("name.test").error().code, Exit::protocol);
  EXPECT_EQ(search->find("[127.0.0.1]").error().code, Exit::protocol);
  const auto lax = load({"--mx-loopback=yes"}).value();
  lax->prepare();
  EXPECT_TRUE(lax->find("far.test"));
  EXPECT_EQ(lax->find("[127.0.0.1]").error().code, Exit::protocol) << "that one is configured here";
}

TEST_F(MxSearch, NobodyWhoAnswersIsNoReasonToReturnMail) {
  install("MX far.test silence\n");
  const auto search = load().value();
  EXPECT_EQ(search->find("early.test").error().code, Exit::temporary) << "before it was started";
  search->prepare();
  EXPECT_EQ(search->find("far.test").error().code, Exit::temporary);
  std::ofstream(at("resolve")) << "#!/bin/false\n";
  const auto dead = load().value();
  dead->prepare();
  EXPECT_EQ(dead->find("far.test").error().code, Exit::temporary);
}

TEST_F(MxSearch, WhatCameOfTheTlsIsWrittenDownForThoseWhoWantToHear) {
  install(
      "MX far.test 10 mx.far.test\nA mx.far.test 192.0.2.9\nTXT _smtp._tls.far.test v=TLSRPTv1; "
      "rua=mailto:tls@far.test\n"
      "MX mute.test 10 mx.far.test\n");
  const auto silent = load().value();
  silent->prepare();
  EXPECT_EQ(silent->descriptors().size(), 1u);
  EXPECT_FALSE(silent->find("far.test")->at(0).reported);
  const auto search = load({"--tls-results-dir=" + place_.path()}).value();
  search->prepare();
  EXPECT_EQ(search->descriptors().size(), 2u);
  const auto hop = search->find("far.test")->at(0);
  ASSERT_TRUE(hop.reported);
  search->told(hop, {"starttls-not-supported", "it has none", "192.0.2.1", "192.0.2.9"});
  search->told(search->find("mute.test")->at(0), {"starttls-not-supported", "", "", ""});
  const auto text = fs::read_all(at(net::utc_text(serve::now_seconds()).substr(0, 10)), 10'000).value();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_NE(text.find("far.test"), std::string::npos);
  EXPECT_NE(text.find("starttls-not-supported"), std::string::npos);
}

}  // namespace
}  // namespace mx_search_test
