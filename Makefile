# tubepost: `make run` shows it working, `make test` proves it.
BUILD ?= build
JOBS ?= $(shell nproc)
PREFIX ?= /usr/local
DESTDIR ?=
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
PACKAGES := g++ cmake ninja-build pkg-config libboost1.81-dev libboost-program-options1.81-dev zlib1g-dev \
	libcrypt-dev libseccomp-dev libidn2-dev libunistring-dev libssl-dev libcurl4-openssl-dev libmagic-dev libgtest-dev clang libclang-rt-14-dev python3 bats curl swaks fetchmail isync mutt ucspi-tcp \
	openssl systemd iproute2 mandoc xinetd clang-format strace \
	libpam0g-dev libunbound-dev dns-root-data ldnsutils libevent-2.1-7 libfstrm0 libprotobuf-c1 gsasl libgmime-3.0-dev mpack mblaze maildrop sharutils time \
	offlineimap3 imapfilter getmail6 mpop rsync \
	spamassassin libsodium23 libunwind8 libjson-c5 libxml2 libgnutls-dane0 libdb5.3 libnsl2 libidn12 libpcre2-8-0
# Scanners that would start services and fetch databases if they were installed: the tests get them unpacked.
IMAP_SERVERS := dovecot-core dovecot-imapd dovecot-pop3d liblua5.4-0 libexttextcat-2.0-0 libapparmor1 libwrap0 libtirpc3 libstemmer0d libicu72 libsodium23 \
	courier-imap courier-pop courier-base courier-authdaemon courier-authlib courier-authlib-userdb libcourier-unicode4 libgamin0 libgdbm6 libidn12 libpcre3
SCANNERS := rspamd libhyperscan5 libluajit-5.1-2 libluajit-5.1-common clamav clamav-daemon clamdscan libclamav12 libmspack0 \
	spamc spamd

.DEFAULT_GOAL := help
.PHONY: help packages all peers test unit e2e fuzz asan lint fmt clean run install uninstall bench corpus crash siege

help: ## show this text
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

packages: # installs what is missing and says what
	@missing=$$(for p in $(PACKAGES); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then echo "installing:" $$missing; \
	  $(SUDO) apt-get -qq update && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $$missing >/dev/null; fi

# Both inetds cannot be installed side by side: the tests get this one unpacked.
%/peers/usr/sbin/inetd:
	@mkdir -p $*/peers && cd $*/peers && apt-get -qq download openbsd-inetd && dpkg -x openbsd-inetd_*.deb . && rm openbsd-inetd_*.deb

# Installed, it would serve this host's network.
%/peers/usr/sbin/nsd:
	@mkdir -p $*/peers && cd $*/peers && apt-get -qq download nsd && dpkg -x nsd_*.deb . && rm nsd_*.deb

# Installed, it would serve this host.
%/peers/usr/sbin/postsrsd:
	@mkdir -p $*/peers && cd $*/peers && apt-get -qq download postsrsd && dpkg -x postsrsd_*.deb . && rm postsrsd_*.deb

# Two mail systems cannot be installed side by side either; its program insists on a user of its own.
%/peers/usr/sbin/exim4:
	@mkdir -p $*/peers && cd $*/peers && apt-get -qq download exim4-daemon-light && dpkg -x exim4-daemon-light_*.deb . && \
	  rm exim4-daemon-light_*.deb
	@[ "$$(id -u)" != 0 ] || getent passwd Debian-exim >/dev/null || useradd --system --no-create-home --shell /usr/sbin/nologin Debian-exim

# In a folder of its own, as others download at the same time.
%/peers/scanners:
	@mkdir -p $*/peers/scanners.new && cd $*/peers/scanners.new && { apt-get -qq download $(SCANNERS) 2>/dev/null || { $(SUDO) apt-get -qq update && apt-get -qq download $(SCANNERS); }; } && \
	  for one in *.deb; do dpkg -x $$one .. && rm $$one; done && mv ../scanners.new ../scanners

# Mail systems that take mail below a root of their own, each with the libraries that it alone needs.
RECEIVERS := postfix:postfix,libdb5.3,libicu72,libnsl2,libsasl2-2,libtirpc3 opensmtpd:opensmtpd,libdb5.3,libevent-2.1-7 \
	dovecot:dovecot-core,dovecot-lmtpd,libexttextcat-2.0-0,liblua5.4-0,libicu72,libapparmor1,libwrap0,libunwind8,libsodium23,libtirpc3
# Only one of them at a time may fetch the lists of packages.
%/peers/receivers: | %/peers/scanners
	@set -e; for one in $(RECEIVERS); do (mkdir -p $*/peers/$${one%%:*}; cd $*/peers/$${one%%:*}; names=$$(echo $${one#*:} | tr , ' '); \
	  apt-get -qq download $$names 2>/dev/null || { $(SUDO) apt-get -qq update && apt-get -qq download $$names; }; \
	  for file in *.deb; do dpkg -x $$file . && rm $$file; done); done; touch $@

# Installed, they would serve this host.
%/peers/imap:
	@mkdir -p $*/peers/imap.new && cd $*/peers/imap.new && { apt-get -qq download $(IMAP_SERVERS) 2>/dev/null || { $(SUDO) apt-get -qq update && apt-get -qq download $(IMAP_SERVERS); }; } && \
	  for one in *.deb; do dpkg -x $$one . && rm $$one; done && mv ../imap.new ../imap

# An IMAP client of the web's programs; its test is skipped where there is no npm.
%/peers/npm:
	@mkdir -p $@ && ! command -v npm >/dev/null || (cd $@ && npm install --silent --no-audit --no-fund --ignore-scripts imapflow@1.0.160 >/dev/null) || true

PEER_NAMES = usr/sbin/inetd usr/sbin/nsd usr/sbin/postsrsd usr/sbin/exim4 scanners receivers npm
PEERS = $(PEER_NAMES:%=$(BUILD)/peers/%)

all: packages ## build everything into ./build
	@cmake -S . -B $(BUILD) -G Ninja -DTUBEPOST_LIBEXECDIR=$(PREFIX)/bin >/dev/null
	@ninja -C $(BUILD) -j $(JOBS) --quiet

install: all ## programs, pages, samples, superserver files and an empty spool under $(DESTDIR)$(PREFIX)
	@BUILD=$(BUILD) PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) inetd/install install

uninstall: ## take back what install laid out; mail and edited files stay
	@BUILD=$(BUILD) PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) inetd/install uninstall

bench: all $(BUILD)/peers/usr/sbin/exim4 $(BUILD)/peers/imap ## side by side with Debian's postfix (installs it, and does not start it), exim, dovecot and courier, as root; coreutils, Perl
	@command -v smtp-source >/dev/null || { [ -e /usr/sbin/policy-rc.d ] || { printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d; \
	  chmod 755 /usr/sbin/policy-rc.d; ours=yes; }; apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y \
	  --no-install-recommends postfix >/dev/null; [ -z "$$ours" ] || rm /usr/sbin/policy-rc.d; }
	@echo "On this disk:"; BIN=$(BUILD)/bin EXIM=$(abspath $(BUILD)/peers) python3 tests/bench/receiving.py
	@echo "On ext4 with a journal:"; BIN=$(BUILD)/bin EXIM=$(abspath $(BUILD)/peers) tests/bench/journaled python3 tests/bench/receiving.py
	@echo "In memory:"; TMPDIR=/dev/shm BIN=$(BUILD)/bin EXIM=$(abspath $(BUILD)/peers) python3 tests/bench/receiving.py
	@echo "Waking:"; BIN=$(BUILD)/bin python3 tests/bench/wake.py
	@echo "Sending:"; BIN=$(BUILD)/bin python3 tests/bench/sending.py
	@echo "Reading:"; BIN=$(BUILD)/bin PEERS=$(abspath $(BUILD)/peers) python3 tests/bench/reading.py
	@echo "The index of a folder:"; $(BUILD)/bench_index
	@BIN=$(BUILD)/bin TMPDIR=/dev/shm python3 tests/bench/deferred.py
	@echo "Beside hosts that cannot be reached:"; BIN=$(BUILD)/bin TMPDIR=/dev/shm python3 tests/bench/unreachable.py
	@echo "Beside new mail for hosts that hang and were never asked:"; BIN=$(BUILD)/bin TMPDIR=/dev/shm python3 tests/bench/never_asked.py
	@BIN=$(BUILD)/bin python3 tests/bench/codecs.py
	@BIN=$(BUILD)/bin python3 tests/bench/listing.py
	@BIN=$(BUILD)/bin python3 tests/bench/hostile.py --table
	@BIN=$(BUILD)/bin python3 tests/bench/spool_tool.py 200000

run: all ## serve a throwaway site under ./run on loopback, in the foreground
	@BIN=$(BUILD)/bin inetd/run-site

# Tests wait for one another's time to pass more than for a processor.
TESTS_AT_ONCE ?= $(shell echo $$((2 * $(JOBS))))

# What the tests need comes over the network while the compiler works.
test: packages ## everything: unit tests, end to end, doors and a short fuzz run
	@$(MAKE) --no-print-directory -j 2 all peers
	@$(MAKE) --no-print-directory fuzz
	@cd $(BUILD) && ctest -j $(TESTS_AT_ONCE) --output-on-failure

peers: packages $(PEERS)

unit: all ## unit tests and the door test
	@cd $(BUILD) && ctest -j $(TESTS_AT_ONCE) -L unit --output-on-failure

e2e: all peers ## end-to-end tests
	@cd $(BUILD) && ctest -j $(TESTS_AT_ONCE) -L e2e --output-on-failure

FUZZ_SECONDS ?= 2
FUZZ_SEED ?= 1
fuzz: packages ## every fuzzer for FUZZ_SECONDS (2) from FUZZ_SEED (1; 0: a new one each time)
	@cmake -S . -B $(BUILD)-fuzz -G Ninja -DTUBEPOST_FUZZ=ON -DCMAKE_CXX_COMPILER=clang++ \
	    -DFUZZ_SECONDS=$(FUZZ_SECONDS) -DFUZZ_SEED=$(FUZZ_SEED) >/dev/null
	@ninja -C $(BUILD)-fuzz -j $(JOBS) --quiet
	@cd $(BUILD)-fuzz && ctest -j $(JOBS) --output-on-failure

asan: packages $(PEER_NAMES:%=$(BUILD)-asan/peers/%) ## the whole suite under AddressSanitizer and UBSan
	@cmake -S . -B $(BUILD)-asan -G Ninja -DTUBEPOST_ASAN=ON >/dev/null
	@ninja -C $(BUILD)-asan -j $(JOBS) --quiet
	@cd $(BUILD)-asan && ctest -j $(JOBS) --output-on-failure

# Every EVERYth injection is made, and each moment of a delivery tried in BOUND ways that a disk may look.
EVERY ?= 1
BOUND ?= 200
crash: all ## kill and disturb every delivery at every system call of it, and cut the power; half an hour, less with EVERY=10 BOUND=20
	@status=0; export BIN=$(abspath $(BUILD))/bin; \
	  nice python3 tests/crash/inject.py --every $(EVERY) || status=1; nice python3 tests/crash/apart.py || status=1; \
	  nice python3 tests/crash/power.py --bound $(BOUND) --again 1 || status=1; exit $$status

CLIENTS ?= 1000000
siege: all ## CLIENTS (a million) bad clients against one listening smtpd, which stays as it was; a quarter of an hour or more
	@BIN=$(abspath $(BUILD))/bin SOURCE=$(CURDIR) CLIENTS=$(CLIENTS) SECONDS_AT_MOST=100000 bats --show-output-of-passing-tests \
	  -f '^thousands of bad clients' tests/bin/smtpd-hostile.bats

corpus: all ## the parsers against the messages and tables in the folder CORPUS
	@HEADER_TABLES=$(BUILD)/header_tables python3 tests/differential/header_tables.py $(CORPUS)/headers
	@BIN=$(BUILD)/bin python3 tests/differential/expected.py $(CORPUS)/mime-rfc
	@BIN=$(BUILD)/bin GMIME_PARTS=$(BUILD)/gmime_parts python3 tests/differential/trees.py --generate 1000 $(CORPUS)

lint: all ## clang-format, mandoc and the door test
	@clang-format --dry-run -Werror $$(git ls-files '*.cpp' '*.hpp')
	@! mandoc -Tlint -W warning bin/*.[158] | grep -v 'conventional order: Sh' # pages begin with examples
	@python3 tests/doors.py .

fmt: ## reformat the sources
	@clang-format -i $$(git ls-files '*.cpp' '*.hpp')

clean: ## remove what was built
	@rm -rf $(BUILD) $(BUILD)-fuzz $(BUILD)-asan
