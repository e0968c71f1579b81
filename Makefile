# The developer's door. Everything is built by CMake and ninja; see CONTRIBUTING.md.
LIB := . tools/lib.sh;
FUZZ_SECONDS ?= 60

.PHONY: all watthour test powercut mutants interop browser-test check arm arm-test fuzz bench size stack coverage format clean help

all: watthour

watthour:  ## build/watthour, the virtual meter and its client
	@$(LIB) packages build && build_watthour && say "built build/watthour"

test:  ## all tests, plainly and under sanitizers (./test.sh)
	@./test.sh

powercut:  ## the supply fails at every operation of the flash chip, and again while it recovers
	@$(LIB) packages build test && build host powercut && build/host/test/powercut/powercut

mutants:  ## changes in the code of ROOM=storage (a folder or file below src/) that no test notices; MOST=40 a file
	@$(LIB) packages build test && build host && tools/mutants.py src/$(ROOM) --most $(or $(MOST),40) $(MUTANTS)

interop: watthour  ## independent clients from PyPI and npm against our meters
	@$(LIB) packages interop && test/interop/run.sh

browser-test: watthour  ## the panel in Chromium; screenshots in build/screens
	@$(LIB) packages browser && test/browser/run.sh

check:  ## format, layers, portability, budgets, clang-tidy, cppcheck, shellcheck
	@tools/check.sh $(ONLY)

arm:  ## the images of the four meters for Cortex-M4F
	@$(LIB) packages build arm && build cm4 && tools/check-symbols.py arm-none-eabi-nm build/cm4

arm-test: arm  ## the images in QEMU: measured bit by bit as on the host, read, cut off, broken
	@$(LIB) packages build arm && build host measure frames meter_host spectrum_host watthour && build cm33 xs211 conformance && test/arm/run.sh
	@$(LIB) build stack xs211 st402c && tools/stack.py build/stack && tools/size.py >build/size.txt

fuzz:  ## every fuzz target for FUZZ_SECONDS each (60); ONLY=name for one
	@$(LIB) packages build fuzz && build fuzz && tools/fuzz.sh $(FUZZ_SECONDS) $(ONLY)

bench:  ## figures, in build/bench/*.json; ONLY=name for one
	@$(LIB) packages build test && build host && tools/bench.sh $(ONLY)

size: arm  ## flash and RAM of each room in each image, and the change; WRITE=1: docs/SIZE.md
	@tools/size.py $(if $(WRITE),--write)

stack:  ## the worst case of the stacks, by the compiler's call graph; recursion is a fault
	@$(LIB) packages build arm && build stack xs211 st402c && tools/stack.py build/stack

coverage:  ## lines that the tests reach; the pages are in build/coverage/html
	@$(LIB) packages build test coverage && build coverage && tools/coverage.sh

format:  ## clang-format in place
	@$(LIB) packages check && c_files | xargs clang-format-14 -i

clean:  ## remove build/
	rm -rf build

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*  ## /\1 /p' Makefile | while read -r name what; do \
	    printf '  make %-10s %s\n' "$$name" "$$what"; done
