# minivoice-cgi: `make` builds the programs, `make help` lists the rest.

PROGRAMS := answer route-menu department webhook
MODULES  := actions app conf config db envfile event flow frame guarded health hosts json link log menu metrics numbers pool record reject repeats reply request scalar serve shorten signature snapshot spool store text trace tracer
RECONCILE := api place reconcile report reported section tool web
NOTIFY   := address notices notify tool web
NOTIFY_USES := db envfile guarded hosts json link log record repeats spool text
RECONCILE_USES := db envfile guarded hosts json link log numbers record repeats spool text
SIM      := $(basename $(notdir $(filter-out tests/sim/test_%,$(wildcard tests/sim/*.c))))
SENDER_USES := clock http rules sign strict text thread
UNITS    := $(basename $(notdir $(wildcard tests/unit/test_*.c)))
SIMUNITS := $(basename $(notdir $(wildcard tests/sim/test_*.c)))

# A build of another kind has a folder of its own: make KIND=asan, KIND=tsan, or CC=clang KIND=clang.
KIND  := bin
BUILD := build/$(KIND)
PORT  ?= 8080

# Where make install puts things; DESTDIR comes before every path.
PREFIX     ?= /usr
SYSCONFDIR ?= /etc

EVENTS  ?= 100000
DAYS    ?= 30
DAY     ?= today
SECONDS ?= 60
SEEDS   ?= 1
RELOADS ?= 100
SEED    ?= 1
TIMES   ?= 10000000
EVERY   ?= 1
CALLS   ?= 1000
EXECS   ?= 1000000

SANITIZE_asan := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
SANITIZE_tsan := -fsanitize=thread
SANITIZE_afl  := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
FORTIFY       := $(if $(SANITIZE_$(KIND)),,-D_FORTIFY_SOURCE=2)

CPPFLAGS += -D_GNU_SOURCE $(FORTIFY) -Isrc
CFLAGS   ?= -O2 -g
WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual -Wwrite-strings
HARDEN   := -fstack-protector-strong -fPIE
LDFLAGS  += -pie -Wl,-z,relro,-z,now -Wl,--as-needed
COMPILE   = $(CC) -std=c11 $(CPPFLAGS) $(CFLAGS) $(WARNINGS) $(HARDEN) $(SANITIZE_$(KIND)) -pthread -MMD -MP
LINK      = $(CC) $(CFLAGS) $(LDFLAGS) $(SANITIZE_$(KIND)) -pthread

STACK = PORT=$(PORT) $(if $(SHARDS),SHARDS=$(SHARDS)) $(if $(STANDBY),STANDBY=$(STANDBY)) nginx/private-stack

# With the private stack's environment, and not at all without it: a command that fails inside eval's quotes goes unnoticed,
# one in an assignment does not.
IN_STACK = environment=$$($(STACK) env) && eval "$$environment" &&

HOST_FILES = BUILD=$(BUILD) DESTDIR=$(DESTDIR) PREFIX=$(PREFIX) SYSCONFDIR=$(SYSCONFDIR) UNITDIR=$(UNITDIR) nginx/host-files

# Asked for only when something is built: on a bare machine pkg-config is not there yet.
PKG_CFLAGS = $(shell pkg-config --cflags libpq json-c)
LIBS       = -lfcgi $(shell pkg-config --libs libpq json-c libcrypto)
SIM_LIBS   = $(shell pkg-config --libs libcurl json-c libcrypto)
RECONCILE_LIBS = $(shell pkg-config --libs libpq libcurl json-c libcrypto)

all: $(PROGRAMS:%=$(BUILD)/%) $(BUILD)/minivoice-reconcile $(BUILD)/minivoice-notify $(BUILD)/minivoice-sim  ## build the four programs, minivoice-reconcile, minivoice-notify and the simulator

## The private stack: its own PostgreSQL, nginx and programs under run/, on PORT (8080)
up: all  ## start it; make up SHARDS=3: with a router and three databases; STANDBY=1: each with a standby
	@BUILD=$(BUILD) $(STACK) up
down:  ## stop it; the data stay
	@$(STACK) down
env:  ## print what a shell needs to talk to it: eval "$$(make -s env)"
	@$(STACK) env
demo: packages  ## install what is missing, start it, play both documents' calls, show their journeys, stop it
	@echo 'demo: building the programs'
	@$(MAKE) --no-print-directory Q=@ all
	@BUILD=$(BUILD) PORT=$(PORT) tests/demo
psql:  ## open psql on it, with named queries: :live, :journey, :funnel
	@$(IN_STACK) PSQLRC=sql/console/psqlrc exec psql
history:  ## fill it with believable history: make history EVENTS=1000000 DAYS=30
	@$(IN_STACK) EVENTS=$(EVENTS) DAYS=$(DAYS) sql/history/generate
walk: all  ## call every path of its menus and report where each ends
	@$(IN_STACK) psql -X -A -t -c 'SELECT ivr.settings(NULL)' | $(BUILD)/minivoice-sim --walk -
replay: all  ## play a stored call against today's configuration: make replay CALL=call_123
	@$(IN_STACK) \
	    echo "SELECT ivr.replay_script(:'call')" | psql -X -A -t -v call="$(CALL)" | $(BUILD)/minivoice-sim --replay -

## The database
db:  ## create or bring up to date the schema ivr in the database that PG* names (sql/minivoice-db create makes one)
	@sql/minivoice-db upgrade
check-config:  ## print what is wrong with the configuration in it, in words; nothing when all is well
	@sql/minivoice-db psql -A -t -q -v ON_ERROR_STOP=1 -f - <sql/check-config.sql
report:  ## write a day as a page to look at, in build/report: make report DAY=yesterday
	@sql/report/minivoice-report --day $(DAY) -o build/report
chart:  ## draw its menus as build/chart.svg (Graphviz)
	@mkdir -p build
	@sql/minivoice-db psql -A -t -q -v ON_ERROR_STOP=1 -c 'SELECT ivr.flow_chart_dot()' >build/chart.dot
	@dot -Tsvg build/chart.dot -o build/chart.svg && echo build/chart.svg

## On this host
install: all  ## put programs, tools, SQL, units, manuals where they belong; settings that are there stay (DESTDIR, PREFIX, SYSCONFDIR)
	@$(HOST_FILES) install
uninstall:  ## take all of that away again; settings, data and the database stay
	@$(HOST_FILES) uninstall
deb:  ## the Debian package, in build/
	@sh tests/packages -s build,deb nginx/make-deb
host-test:  ## a newcomer's way on a bare Debian, five times: nginx, Apache in three ways, the package (SUITE=bookworm)
	@sh tests/packages -s deb,host tests/host/run

## Tests
test: packages  ## install what is missing and run all tests
	@$(MAKE) --no-print-directory check
check: unit
	@$(MAKE) --no-print-directory -j3 --output-sync=target beside untimed calls
beside: all $(BUILD)/bench-load $(BUILD)/chaos-sender
	@nice tests/run sql
	@BUILD=$(BUILD) nice tests/run tools
untimed: all $(BUILD)/fail.so
	@BUILD=$(BUILD) nice tests/run untimed
calls: all $(BUILD)/bench-load $(BUILD)/chaos-sender $(BUILD)/fail.so
	@BUILD=$(BUILD) tests/run calls
unit: $(UNITS:%=$(BUILD)/%) $(SIMUNITS:%=$(BUILD)/%)  ## modules, with cmocka
	@tests/run unit $(BUILD)
sql-test: all  ## SQL functions and views, with pgTAP, on a private PostgreSQL
	@tests/run sql
integration: all $(BUILD)/bench-load $(BUILD)/chaos-sender $(BUILD)/fail.so  ## real nginx, Apache, spawn-fcgi and PostgreSQL, driven by the simulator
	@BUILD=$(BUILD) tests/run integration
sanitize:  ## unit and integration tests under ASan+UBSan, then under TSan
	$(MAKE) KIND=asan unit integration
	$(MAKE) KIND=tsan unit integration
valgrind: all  ## memory leaks, each program
	@BUILD=$(BUILD) tests/run valgrind
signatures: $(BUILD)/test_mutations  ## signed requests changed in every known way: make signatures TIMES=10000000 SEED=1
	@TIMES=$(TIMES) SEED=$(SEED) $(BUILD)/test_mutations
fuzz:  ## every parser for SECONDS (60) or RUNS each, with clang's libFuzzer
	@RUNS=$(RUNS) tests/fuzz/run $(SECONDS)
bench: bench-programs  ## ours beside Go, Node, PHP and Python, about a quarter of an hour: writes tests/bench/RESULTS.md
	@BUILD=$(BUILD) tests/bench/run
bench-growth: bench-programs  ## what a request costs beside history, menus, threads, processes: writes tests/bench/GROWTH.md
	@BUILD=$(BUILD) tests/bench/growth
bench-traces: bench-programs  ## what IVR_TRACE costs a request, on and off in turns: writes tests/bench/TRACES.md
	@BUILD=$(BUILD) PARTS=traces GROWTH=tests/bench/TRACES.md TITLE='Results of `make bench-traces`' tests/bench/growth
bench-shards: all $(BUILD)/bench-sets $(BUILD)/bench-load  ## what events cost one database and several, and how far that goes: writes tests/bench/SCALE.md
	@BUILD=$(BUILD) tests/bench/scale
chaos: all $(BUILD)/chaos-sender  ## calls while everything is killed, again and again: make chaos EVENTS=100000 SEEDS='1 2 3'
	@BUILD=$(BUILD) EVENTS=$(EVENTS) SEEDS="$(SEEDS)" tests/chaos/run
reloads: all $(BUILD)/bench-load  ## reload the programs under load, 100 times and 100 times with all changed: make reloads RELOADS=100
	@$(IN_STACK) export PORT=$(PORT) BUILD=$(BUILD) && tests/reloads $(RELOADS) 300 && \
	    tests/reloads $(RELOADS) 500 program secret key configuration
upgrade: all $(BUILD)/bench-load  ## another version's schema and programs make room for these, under load: make upgrade FROM=REVISION
	@$(IN_STACK) export PORT=$(PORT) BUILD=$(BUILD) && tests/upgrade $(FROM)
reconcile: all  ## calls whose end never came, and a platform that fails now and then: make reconcile CALLS=1000
	@BUILD=$(BUILD) CALLS=$(CALLS) tests/run integration tests/integration/39-reconcile.t
look:  ## the report of generated history in Chromium: pictures, sizes, axe; how long it takes: make look EVENTS=1000000
	@sh tests/packages -s look true
	@$(IN_STACK) EVENTS=$(EVENTS) DAYS=$(DAYS) tests/report/look
notify: all  ## subscribers that fail, are slow, die, and kills all the while: make notify CALLS=10000
	@BUILD=$(BUILD) CALLS=$(CALLS) tests/run integration tests/integration/43-notify.t
failover: all $(BUILD)/chaos-sender  ## a primary dies under load and repmgr promotes its standby, ten times; SHARDS=3: of router and shards
	@BUILD=$(BUILD) $(if $(SHARDS),SHARDS=$(SHARDS)) tests/chaos/failover
shards: all $(BUILD)/chaos-sender  ## one of three databases killed for a minute under load, then another one split
	@BUILD=$(BUILD) tests/chaos/shards
split: all $(BUILD)/chaos-sender  ## two databases become four under load: make split FROM=4
	@BUILD=$(BUILD) FROM=$(or $(FROM),2) tests/chaos/split
failures: all $(BUILD)/fail.so  ## requests in which one call fails, of EVERY (1) the next: memory, database, threads, files
	@BUILD=$(BUILD) EVERY=$(EVERY) tests/failures/run
hostile: all  ## broken FastCGI records on the programs' sockets: make hostile EVENTS=100000 SEED=1
	@BUILD=$(BUILD) EVENTS=$(EVENTS) SEED=$(SEED) tests/chaos/hostile
afl:  ## the programs end to end under AFL++: make afl EXECS=1000000, with DATABASE=1 on the private stack's database
	@sh tests/packages -s build,check tests/afl/run $(EXECS)
traces: all  ## every convention that the simulator plays, traced: do the findings name it?
	@FULL=1 BUILD=$(BUILD) tests/run integration tests/integration/40-trace.t
timelines:  ## random events and answers against what the log says, and mutants of that: make timelines EVENTS=1000000
	@$(IN_STACK) EVENTS=$(EVENTS) tests/timelines && tests/mutants
lint:  ## formatting, static analysis, both compilers
	@tests/lint
	$(MAKE) CC=clang KIND=clang all
bench-programs: all
	@sh tests/packages -s bench true
	@$(MAKE) --no-print-directory $(BUILD)/bench-load $(BUILD)/bench-echo
	@tests/bench/build-peers $(BUILD)
packages:
	@sh tests/packages true

clean:  ## remove what was built
	rm -rf build
help:  ## this list
	@awk -F':.*## ' '/^## /{print "\n" substr($$0, 4)} /^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

# How things are built; make V=1 shows the commands

Q = $(if $(V),,@echo "  $@";)

$(BUILD)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(Q)$(COMPILE) $(PKG_CFLAGS) -c $< -o $@
$(BUILD)/obj/%.o: cgi-bin/%.c
	@mkdir -p $(@D)
	$(Q)$(COMPILE) $(PKG_CFLAGS) -c $< -o $@
$(BUILD)/sim/%.o: tests/sim/%.c
	@mkdir -p $(@D)
	$(Q)$(COMPILE) $(PKG_CFLAGS) -c $< -o $@
$(BUILD)/chaos/%.o: tests/chaos/%.c
	@mkdir -p $(@D)
	$(Q)$(COMPILE) $(PKG_CFLAGS) -c $< -o $@
$(BUILD)/unit/%.o: tests/unit/%.c
	@mkdir -p $(@D)
	$(Q)$(COMPILE) $(PKG_CFLAGS) -c $< -o $@

$(PROGRAMS:%=$(BUILD)/%): $(BUILD)/%: $(BUILD)/obj/%.o $(MODULES:%=$(BUILD)/obj/%.o)
	$(Q)$(LINK) $^ $(LIBS) -o $@
$(BUILD)/minivoice-reconcile: $(BUILD)/obj/minivoice-reconcile.o $(RECONCILE:%=$(BUILD)/obj/%.o) $(RECONCILE_USES:%=$(BUILD)/obj/%.o)
	$(Q)$(LINK) $^ $(RECONCILE_LIBS) -o $@
$(BUILD)/minivoice-notify: $(BUILD)/obj/minivoice-notify.o $(NOTIFY:%=$(BUILD)/obj/%.o) $(NOTIFY_USES:%=$(BUILD)/obj/%.o)
	$(Q)$(LINK) $^ $(RECONCILE_LIBS) -o $@
$(BUILD)/minivoice-sim: $(SIM:%=$(BUILD)/sim/%.o)
	$(Q)$(LINK) $^ $(SIM_LIBS) -o $@
$(BUILD)/chaos-sender: $(patsubst tests/chaos/%.c,$(BUILD)/chaos/%.o,$(wildcard tests/chaos/*.c)) $(SENDER_USES:%=$(BUILD)/sim/%.o)
	$(Q)$(LINK) $^ $(SIM_LIBS) -o $@
$(SIMUNITS:%=$(BUILD)/%): $(BUILD)/%: $(BUILD)/sim/%.o $(filter-out %/sim.o,$(SIM:%=$(BUILD)/sim/%.o))
	$(Q)$(LINK) $^ $(SIM_LIBS) -lcmocka -o $@
$(UNITS:%=$(BUILD)/%): $(BUILD)/%: $(BUILD)/unit/%.o $(MODULES:%=$(BUILD)/obj/%.o)
	$(Q)$(LINK) $^ $(LIBS) -lcmocka -o $@
$(BUILD)/test_address: $(BUILD)/obj/address.o
$(BUILD)/test_report: $(BUILD)/obj/report.o
$(BUILD)/test_section: $(BUILD)/obj/section.o
# It has a database of its own.
$(BUILD)/test_snapshot: LDFLAGS += -Wl,--wrap=store_settings

# A program whose main is told by AFL++ what was sent: make KIND=afl CC=afl-clang-fast build/afl/fuzz-answer
$(BUILD)/fuzz/%.o: cgi-bin/%.c
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -Wno-missing-prototypes -Dmain=program_main $(PKG_CFLAGS) -c $< -o $@
$(BUILD)/fuzz/%.o: tests/afl/%.c
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -Wno-missing-prototypes -Wno-gnu-statement-expression -Wno-cast-qual $(PKG_CFLAGS) -c $< -o $@
$(PROGRAMS:%=$(BUILD)/fuzz-%): $(BUILD)/fuzz-%: $(BUILD)/fuzz/%.o $(BUILD)/fuzz/harness.o $(MODULES:%=$(BUILD)/obj/%.o)
	$(Q)$(LINK) $^ $(LIBS) -o $@
# What makes calls fail
$(BUILD)/fail.so: tests/failures/fail.c
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE $(CFLAGS) $(WARNINGS) -Wno-missing-prototypes -Wno-nonnull-compare -fPIC -shared $(PKG_CFLAGS) $< -o $@

$(BUILD)/bench/%.o: tests/bench/%.c
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -c $< -o $@
$(BUILD)/bench-load: $(patsubst tests/bench/%.c,$(BUILD)/bench/%.o,$(wildcard tests/bench/load/*.c))
	$(Q)$(LINK) $^ -lcrypto -lm -o $@
$(BUILD)/bench-sets: $(BUILD)/bench/sets.o $(MODULES:%=$(BUILD)/obj/%.o)
	$(Q)$(LINK) $^ $(LIBS) -o $@
$(BUILD)/bench-echo: $(BUILD)/bench/echo.o
	$(Q)$(LINK) $^ -lfcgi -o $@

-include $(wildcard $(BUILD)/obj/*.d $(BUILD)/sim/*.d $(BUILD)/unit/*.d $(BUILD)/chaos/*.d $(BUILD)/bench/*.d $(BUILD)/fuzz/*.d $(BUILD)/bench/load/*.d)

# Every target with a plain name.
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*/\1/p' Makefile)
.SECONDARY:
