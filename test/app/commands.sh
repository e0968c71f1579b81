#!/bin/sh
# The command line as a user meets it: each case its exit code, and one line that says why.
# usage: commands.sh path/to/watthour
set -u
watthour=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
passed=0
port=$((20000 + $$ % 12000)) # so that runs side by side do not meet, nor the ports of clients
failed=0
unset WATTHOUR_PASSWORD

# expect CODE TEXT ARGUMENTS...: the exit code, and a text on stdout or stderr. A refusal is one
# line.
expect() {
    code=$1
    text=$2
    shift 2
    output=$("$watthour" "$@" 2>&1 </dev/null)
    got=$?
    lines=$(printf '%s\n' "$output" | wc -l)
    if [ "$got" -eq "$code" ] && printf '%s' "$output" | grep -qF -e "$text" &&
        { [ "$code" -eq 0 ] || [ "$lines" -eq 1 ]; }; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAIL: watthour %s\n  exit code %s (expected %s), output:\n%s\n' "$*" "$got" "$code" "$output"
    fi
}

# A short run without ports, as fast as it goes.
short="run --dlms 0 --for 2 --speed max"

expect 0 "usage: watthour COMMAND" --help
expect 0 "watthour 0." --version
expect 2 "unknown command 'fly'" fly
expect 0 "--product NAME" run --help
expect 2 "--product xs212: give xs211" run --product xs212
expect 2 "--fly: unknown option" run --fly
expect 2 "--dlms: give PORT" run --dlms
expect 2 "--dlms 70000: give a port" run --dlms 70000
expect 2 "--speed 0: give a factor" run --speed 0
expect 2 "--frequency 55: give 50 or 60" run --frequency 55
expect 2 "--start 2026-02-30T00:00:00: give UTC" run --start 2026-02-30T00:00:00
expect 2 "'now': unknown word" run now
expect 2 "--world and --replay: give one of them" run --world household --replay x.csv
expect 2 "--password-file" run --password-file "$folder/none"
expect 0 "XS211, single phase" display --dlms 0 --for 1 --speed max
expect 0 "cross QI" display --dlms 0 --for 2 --product st402c --world steady --speed max
expect 2 "--fly: unknown option" display --fly
expect 1 "not an address" run --hdlc 45991 --listen nowhere --for 1
if (: <>/dev/ptmx) 2>/dev/null; then
    expect 1 "$folder: File exists" run --dlms 0 --for 1 --optical "$folder"
    expect 0 "optical" run --dlms 0 --for 0.1 --optical "$folder/optical"
else
    echo "no pseudo-terminals here: /dev/ptmx does not open; --optical is not tried"
fi
expect 1 "not an address" run --listen nowhere --for 1

expect 2 "xs211 has no RS-485 port" run --rs485 "$folder/bus"
expect 2 "--rs485-meters 0: give 1 to 31" run --product st402d --rs485 "$folder/bus" --rs485-meters 0
expect 2 "--rs485-meters 32: give 1 to 31" run --product st402d --rs485-meters 32
expect 2 "--ihd-key 12: give 32 hexadecimal digits" run --product st402d --ihd-key 12
expect 0 "usage: watthour scan" scan --help
expect 2 "give one METER" scan
expect 2 "serial:// or hdlc+tcp://" scan tcp://127.0.0.1
expect 2 "--to not below it" scan --from 20 --to 19 serial:///dev/null
expect 2 "--from 16 or more" scan --from 3 serial:///dev/null
expect 2 "--to 16382: give an address" scan --to 16382 serial:///dev/null
expect 1 "that is no serial device" scan serial:///dev/null
expect 2 "give serial:///dev/NAME" listen tcp://127.0.0.1
expect 1 "$folder/none" listen "serial://$folder/none"
expect 2 "'b': unknown word" listen serial:///dev/null b

expect 2 "give one data directory" flash
expect 1 "$folder/flash.nor: No such file" flash "$folder"
printf 'no image at all' >"$folder/flash.nor"
expect 0 "the file ends at 15 of 8388608 octets" flash "$folder"
expect 0 '"product":null' flash --json "$folder"
rm "$folder/flash.nor"

for product in xs211 sm402d st402d st402c; do
    # shellcheck disable=SC2086 # a list of words
    expect 0 "stopped after 2.0 s" $short --product "$product"
    # shellcheck disable=SC2086
    expect 0 "stopped after 2.0 s" $short --product "$product" --source phasors
    # shellcheck disable=SC2086
    expect 0 "stopped after 2.0 s" $short --product "$product" --frequency 60
done

# Recordings that cannot be played.
: >"$folder/empty.csv"
printf '# sample_rate_hz: 8000\nu1_V,i1_A\n1,2\n3,4\n' >"$folder/short.csv"
printf '# sample_rate_hz: 8000\nu1_V,i1_A\n1,2\nnan,4\n' >"$folder/nan.csv"
printf 'u1_V,i1_A\n1,2\n' >"$folder/rateless.csv"
printf 'RIFFnothing' >"$folder/broken.wav"
for file in empty.csv short.csv nan.csv rateless.csv broken.wav none.csv; do
    # shellcheck disable=SC2086
    expect 1 "$folder/$file" $short --replay "$folder/$file"
done
printf '{"loads": 5}' >"$folder/wrong.json"
# shellcheck disable=SC2086
expect 1 "wrong.json" $short --world "$folder/wrong.json"

printf '{"title": "t", "mains": {"voltage_v": 230, "frequency_hz": 50, "disturbances": [{"at_s": [1]}]}}' \
    >"$folder/wrong.json"
# shellcheck disable=SC2086
expect 1 "mains.disturbances[0]: seconds must be a number" $short --world "$folder/wrong.json"

# Loads far beyond what the meter can show.
loads=
for name in a b c d; do
    loads="$loads{\"name\": \"$name\", \"current\": {\"kind\": \"resistive\", \"power_w\": 100000},
        \"when\": {\"kind\": \"always\"}, \"inrush\": {\"factor\": 20, \"seconds\": 3600}},"
done
printf '{"title": "t", "mains": {"voltage_v": 230, "frequency_hz": 50}, "loads": [%s]}' \
    "${loads%,}" >"$folder/big.json"
# shellcheck disable=SC2086
expect 0 "stopped after" $short --world "$folder/big.json" --source phasors
# shellcheck disable=SC2086
expect 0 "stopped after" $short --world "$folder/big.json" --source samples

# The supply vanishes: not within its reserve, noticed behind it; registers go on in the same run.
restless="run --dlms 0 --world restless --speed max --start 2026-11-21T12:00:00"
# shellcheck disable=SC2086
expect 0 "supply failed, energies kept" $restless --for 42
# shellcheck disable=SC2086
expect 0 "2026-11-21 13:00:45  supply back after 4.7 s, energies taken over" $restless --for 60
# shellcheck disable=SC2086
expect 0 '"supply":false' $restless --for 42 --json
# shellcheck disable=SC2086
expect 0 "energies taken over" $restless --for 60 --source phasors
# shellcheck disable=SC2086
expect 0 "stopped after 3.0 s" $short --for 2.5 --source phasors

# Its ports go with the supply and come back with it.
printf '{"title": "t", "mains": {"voltage_v": 230, "frequency_hz": 50,
    "disturbances": [{"at_s": [2], "seconds": 3}]}, "loads": []}' >"$folder/cut.json"
"$watthour" run --world "$folder/cut.json" --dlms $((port + 1)) --quiet >/dev/null 2>&1 </dev/null &
cut=$!

# reaches CODE: polls the port until `get` ends so.
reaches() {
    tries=0
    while [ "$tries" -lt 100 ]; do
        "$watthour" get tcp://127.0.0.1:$((port + 1)) clock >/dev/null 2>&1 </dev/null
        [ $? -eq "$1" ] && passed=$((passed + 1)) && return
        tries=$((tries + 1))
        sleep 0.1
    done
    failed=$((failed + 1))
    echo "FAIL: watthour get did not come to exit code $1 on mains that are cut"
}

reaches 0
reaches 1
reaches 0
kill "$cut" && wait "$cut"

# A data directory: energies go on, whatever ended the run before.
data="run --dlms 0 --world steady --speed max --data $folder/data"
# shellcheck disable=SC2086
expect 0 "a new chip" $data --for 3600
# shellcheck disable=SC2086
expect 0 "A+ 1.1" $data --for 3600 --quiet
"$watthour" run --dlms 0 --world steady --data "$folder/data" --quiet >/dev/null 2>&1 </dev/null &
held=$!
sleep 1
# shellcheck disable=SC2086
expect 1 "in use" $data --for 1
kill -KILL "$held"
wait "$held" 2>/dev/null
# shellcheck disable=SC2086
expect 0 "energies taken over" $data --for 1
expect 0 "power down" events "$folder/data"

# A meter that errs, goes through the factory, and is sealed: its transformers are in its registers.
bench="$folder/bench"
expect 0 "and may err by some percent" run --dlms 0 --for 1 --speed max --product st402c \
    --specimen 3 --data "$bench"
expect 2 "give one data directory" calibrate
expect 2 "--ct 200: give a ratio" calibrate --ct 200 "$bench"
expect 2 "--vt 0/5: give a ratio" calibrate --vt 0/5 "$bench"
expect 2 "an xs211 has no transformers" calibrate --ct 200/5 "$folder/away"
expect 1 "flash of an st402c" calibrate "$bench"
expect 1 "specimen 3 with sensor ct-plain" calibrate --product st402c --specimen 4 "$bench"
expect 0 "left open" calibrate --product st402c --no-seal "$bench"
expect 0 '"sealed":	true' calibrate --product st402c --ct 200/5 --vt 20000/100 --json "$bench"
expect 1 "refuses, as it has 1 times now" calibrate --product st402c "$bench"
expect 1 "refuses, as it has 2 times now" calibrate --product st402c "$bench"
expect 0 "233  calibration refused" events "$bench" --log fraud
"$watthour" run --product st402c --dlms $((port + 1)) --data "$bench" --quiet \
    >/dev/null 2>&1 </dev/null &
cut=$!
reaches 0
export WATTHOUR_PASSWORD=watthour
expect 0 "200" get tcp://127.0.0.1:$((port + 1)) ct
expect 0 "5" get tcp://127.0.0.1:$((port + 1)) ct-by
expect 0 "20000" get tcp://127.0.0.1:$((port + 1)) vt
unset WATTHOUR_PASSWORD
kill "$cut" && wait "$cut"
printf '{"specimen": 3}' >"$bench/specimen"
expect 1 "tells no specimen" calibrate --product st402c "$bench"
expect 1 "tells no specimen" run --dlms 0 --for 1 --product st402c --data "$bench"

# The clock chip of a data directory goes on while nobody runs it, also behind a kill: the time is
# right, and the interruption has its entry.
away="run --dlms 0 --world steady --speed max --data $folder/away"
# shellcheck disable=SC2086
expect 0 "a new chip" $away --start 2026-03-01T00:00:00 --for 7200
"$watthour" run --dlms 0 --world steady --data "$folder/away" --start 2026-03-01T03:00:00 --quiet \
    >/dev/null 2>&1 </dev/null &
held=$!
tries=0
until "$watthour" events "$folder/away" 2>/dev/null | grep -q "03-01T04:00:00+01:00    2" ||
    [ $((tries += 1)) -gt 100 ]; do
    sleep 0.1
done
kill -KILL "$held"
wait "$held" 2>/dev/null
# shellcheck disable=SC2086
expect 0 "energies taken over" $away --start 2026-03-02T04:00:00 --for 2
expect 0 "2026-03-02T05:00:00+01:00    2  power up" events "$folder/away"
expect 0 "2026-03-01T04:00:00+01:00        3600 s" events --log interruption "$folder/away"
expect 0 "2026-03-02T05:00:00+01:00       90000 s" events --log interruption "$folder/away"
expect 0 "[]" events --json --log fraud "$folder/data"
expect 1 "$folder/flash.nor" events "$folder"
# shellcheck disable=SC2086
expect 1 "this is the flash of an xs211" $data --product st402c --for 1
truncate -s 400000 "$folder/data/flash.nor"
# shellcheck disable=SC2086
expect 0 "energies taken over" $data --for 1
head -c 8396800 /dev/urandom >"$folder/data/flash.nor"
# shellcheck disable=SC2086
expect 0 "lost: " $data --for 1
expect 1 "give a directory that can be written" run --dlms 0 --for 1 --data "$folder/no/such"

# A port in use: the second meter says so and the first goes on.
"$watthour" run --dlms $port --quiet >/dev/null 2>&1 </dev/null &
first=$!
sleep 1
expect 1 "port $port" run --dlms $port --for 1
kill -TERM "$first" && wait "$first"
stopped=$?
if [ "$stopped" -eq 0 ]; then passed=$((passed + 1)); else
    failed=$((failed + 1))
    echo "FAIL: SIGTERM ended the meter with exit code $stopped"
fi
expect 1 "127.0.0.1" get tcp://127.0.0.1:$port u

# Octets explained.
expect 0 "wrapper, from 16 to 1, 31 octets" decode 0001 0010 0001 001F \
    601DA109060760857405080101BE10040E01000000065F1F0400007E1F04B0
expect 0 "Clock (8) 0-0:1.0.0 attribute 2" decode C001C1 0008 0000010000FF 02 00
expect 0 "double-long-unsigned 9" decode C401C10006 00000009
expect 0 "block 3, the last, streaming, acknowledges 1, window 2" decode E0C2 0003 0001 02 AABB
expect 0 "service-error 3" decode D80203
expect 1 "not understood: C4" decode C4
expect 0 "HDLC SNRM, P/F, from 16 to 1/17" decode 7EA00802232193BD647E
expect 0 '"text":' decode --json D80203
WATTHOUR_KEYS="unicast 000102030405060708090A0B0C0D0E0F;authentication D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF
title 4D4D4D0000BC614E"
export WATTHOUR_KEYS
expect 0 "get-request-normal" decode \
    C81E3001234567411312FF935A47566827C467BC7D825C3BE4A77C3FCC056B6B
unset WATTHOUR_KEYS
expect 2 "give octets" decode XY
expect 0 "access-request, long-invoke-id 4, confirmed" decode \
    D940000004000301000301 00010800FF 020200080000010000FF03 0300080000010000FF03 03 00 1105 00
expect 2 "nothing to decode" decode

# Writing and calling: done, refused by the meter, and no value at all.
"$watthour" run --dlms $((port + 1)) --udp $((port + 1)) --hdlc $((port + 2)) --quiet >/dev/null 2>&1 </dev/null &
served=$!
url=tcp://127.0.0.1:$((port + 1))
tries=0
until "$watthour" get --client 16 "$url" serial >/dev/null 2>&1 || [ $((tries += 1)) -gt 100 ]; do
    sleep 0.1
done
export WATTHOUR_PASSWORD=watthour
expect 0 "done" set --client 1 "$url" clock time:2026-01-02T03:04:05Z
expect 0 "2026-01-02T04:0" get "$url" clock
# The meter's application is this very program, for everybody to see.
sum=$(sha256sum "$watthour" | cut -c 1-64 | tr '[:lower:]' '[:upper:]')
expect 0 "$sum" get --client 16 "$url" 1-1:0.2.8
expect 0 "done" act --client 1 "$url" clock:6 i16:600
expect 0 "2026-01-02T04:1" get "$url" clock
expect 0 "s behind of this computer; set" clock --client 1 "$url" sync
expect 0 "valid  0." clock --client 1 "$url"
expect 0 "shifted" clock --client 1 "$url" shift 600
expect 0 '"trust":	"valid"' clock --client 1 --json "$url" show
expect 1 "read-write-denied" clock --client 2 "$url" sync
expect 2 "give show, sync or shift" clock --client 1 "$url" noon
expect 2 "a number of seconds from -900 to 900" clock --client 1 "$url" shift 901
expect 2 "a number of seconds from -900 to 900" clock --client 1 "$url" shift
expect 2 "nothing behind it" clock --client 1 "$url" sync 5

# Push: what a destination is sent by TCP and by UDP, and confirms.
"$watthour" listen --port $((port + 3)) --count 3 >"$folder/pushed" 2>&1 </dev/null &
listening=$!
to=$(printf '127.0.0.1:%s' $((port + 3)) | od -An -tx1 | tr -d ' \n')
size=$(printf '%02x' $((${#to} / 2)))
sleep 0.5
expect 1 "temporary-failure" act --client 1 "$url" 0-4:25.9.0:1
expect 0 "done" set --client 1 "$url" 0-4:25.9.0:3 "data:0203160009$size${to}1600"
expect 0 "done" act --client 1 "$url" 0-4:25.9.0:1
sleep 1
expect 0 "done" set --client 1 "$url" 0-4:25.9.0:3 "data:0203160109$size${to}1600"
expect 0 "done" act --client 1 "$url" 0-0:10.0.108:1 u16:4
sleep 1
expect 0 "done" set --client 1 "$url" 0-4:25.9.0:11 enum:2
expect 0 "done" act --client 1 "$url" 0-4:25.9.0:1
wait $listening
expect_in() {
    if [ "$(grep -cF -e "$2" "$1")" -eq "$3" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAIL: not %s times "%s" in:\n' "$3" "$2"
        cat "$1"
    fi
}
expect_in "$folder/pushed" '0004190900FF' 3
expect_in "$folder/pushed" 'plain #' 3
sleep 1
expect 0 "07EA" get --client 1 "$url" 0-4:25.9.0:13

# A message longer than memory goes in general blocks: twenty times a list of objects.
"$watthour" listen --port $((port + 3)) --count 1 >"$folder/pushed" 2>&1 </dev/null &
listening=$!
sleep 0.5
list=data:0114
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    list="${list}02061200280906000119 0900FF0F021200000202160000 0100"
done
expect 0 "done" set --client 1 "$url" 0-4:25.9.0:2 "$list"
expect 0 "done" set --client 1 "$url" 0-4:25.9.0:11 enum:0
expect 0 "done" set --client 1 "$url" 0-4:25.9.0:3 "data:0203160009$size${to}1600"
expect 0 "done" act --client 1 "$url" 0-4:25.9.0:1
wait $listening
expect_in "$folder/pushed" 'plain #' 1
if [ "$(wc -c <"$folder/pushed")" -lt 3000 ]; then
    failed=$((failed + 1))
    printf 'FAIL: a long message is cut off: %s\n' "$(cat "$folder/pushed")"
fi
expect 2 "give a port" listen --port 70000
expect 2 "unknown word" listen now
expect 1 "not an address" listen --listen nowhere
expect 0 '"done":' set --json --client 1 "$url" clock:3 i16:-60
expect 1 "read-write-denied" set --client 2 "$url" clock time:2026-01-02T03:04:05Z
expect 1 "type-unmatched" set --client 1 "$url" clock u8:1
expect 1 "other-reason" act --client 1 "$url" clock:6 i16:901
expect 2 "no value" set --client 1 "$url" clock noon

# Several objects in one request, with list and by ACCESS, and everything in general blocks.
for by in single list access; do
    expect 0 "u.1          2" get --by $by "$url" u1 clock 0-0:96.1.0
    expect 1 "object-undefined" get --by $by "$url" clock:99
    expect 0 "done" set --by $by --client 1 "$url" clock:3 i16:-60 clock:7 i8:60
    expect 0 '"done"' act --by $by --json --client 1 "$url" clock:6 i16:1 clock:6 i16:-1
done
expect 1 "type-unmatched" set --by access --client 1 "$url" clock:3 u8:1
expect 2 "give a value, too" set --client 1 "$url" clock:3 i16:-60 clock:7
expect 2 "single, list or access" get --by force "$url" u1
expect 2 "blocks, 1 to 63" get --blocks 64 "$url" u1
expect 0 "u.1          2" get --blocks 1 --pdu-size 64 "$url" u1
expect 0 "1-0:32.7.0" objects --blocks 63 --pdu-size 100 "$url"
expect 0 "1-0:32.7.0" objects --blocks 7 --pdu-size 100 "udp://127.0.0.1:$((port + 1))"
expect 0 "1-0:32.7.0" objects --blocks 7 --pdu-size 100 "hdlc+tcp://127.0.0.1:$((port + 2))"
WATTHOUR_KEYS="unicast 000102030405060708090A0B0C0D0E0F;authentication D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF"
export WATTHOUR_KEYS
for form in glo ded general-glo general-ded general; do
    expect 0 "clock" get --form $form --by access --blocks 5 --pdu-size 200 "$url" clock u1
done
unset WATTHOUR_KEYS
expect 2 "the master key" get --form general-wrapped --client 1 --keys /dev/null "$url" clock
expect 0 "1-0:32.7.0         3   3" dump "$url"
expect 0 '"obis":' dump --json "$url"

# What it remembers: a row at a full quarter, entries of the logs.
expect 0 "clock set: new time" events "$url"
expect 0 "parameter changed" events "$url"
expect 0 '"event":	"power up"' events --json "$url"
expect 2 "--log weather: give standard, fraud" events --log weather "$url"
expect 0 "done" set --client 1 "$url" clock time:2026-06-02T11:59:58Z
sleep 3
expect 0 "2026-06-02T14:00:00+02:00            44" profile "$url" 1-0:99.1.0
expect 0 "2026-06-02T14:00:00+02:00,44," profile --csv "$url" 1-0:99.1.0 --from 2026-06-02T11:00:00
expect 0 '"unit":	"Wh"' profile --json "$url" 1-0:99.1.0 --to 2026-06-02T13:00:00
expect 0 "a+ [Wh]" profile "$url" 1-0:99.1.0 --from 2027-06-02T11:00:00 --to 2027-06-03T11:00:00
expect 2 "give an OBIS code" profile "$url" nothing
expect 1 "object-undefined" profile "$url" 1-0:99.77.0

# A calendar: drawn without a meter, written, shown as it was written, in force.
printf 'name N\nseason w from 11-01 week w\nweek w days 1 1 1 1 1 1 1\nday 1 at 00:00 7\nactivate now\n' \
    >"$folder/calendar"
expect 0 "2028-02   1   1" calendar draw "$folder/calendar" 2028
expect 0 '"2028-02-29":' calendar draw --json "$folder/calendar" 2028
expect 2 "1999: give METER show" calendar draw "$folder/calendar" 1999
expect 2 "fly: give METER show" calendar "$url" fly
expect 1 "$folder/none" calendar --client 1 "$url" set "$folder/none"
expect 0 "done; in force now" calendar --client 1 "$url" set "$folder/calendar"
expect 0 "day 1 at 00:00 7" calendar "$url" show
expect 0 "season w from 11-01 week w" calendar "$url" show passive
sed 's/activate.*/activate 2099-01-01T00:00/' "$folder/calendar" >"$folder/later"
expect 0 "done; in force from 2099-01-01T00:00:00" calendar --client 1 "$url" set "$folder/later"
expect 0 "activate 2099-01-01T00:00:00" calendar "$url" show passive
expect 0 "7" get "$url" 0-0:96.14.0
printf 'season w from 11-01 week w\nweek w days 1 1 1 1 1 1 1\n' >"$folder/calendar"
expect 1 "calendar: a week or a special day names a day that there is not" calendar draw "$folder/calendar"
printf 'season w from 13-01 week w\n' >"$folder/calendar"
expect 1 "calendar: line 1: season NAME from" calendar draw "$folder/calendar"
printf 'season w from 11-01 week w\nweek w days 1 1 1 1 1 1 1\nday 1 at 00:00 1\n' >"$folder/calendar"
expect 1 "name: read-write-denied" calendar "$url" set "$folder/calendar"

# The same over HDLC, with other windows and fields, and to a station that is not there.
hdlc=hdlc+tcp://127.0.0.1:$((port + 2))
expect 0 "1-0:32.7.0" get "$hdlc" u
expect 0 "1-0:32.7.0" get "$hdlc?window=1&field=32&address=2" u
expect 0 "done" set --client 1 "$hdlc" clock time:2026-01-02T03:04:05Z
expect 1 "device 77: no answer" get --timeout 1 "$hdlc?device=77" u
expect 1 "logical device 2, device 0: no answer" get --timeout 1 "$hdlc?logical=2" u
expect 1 "the line to the meter is lost" get --timeout 1 "hdlc+tcp://127.0.0.1:$((port + 1))" u
expect 1 "client 2" get --timeout 1 "tcp://127.0.0.1:$((port + 2))" u
expect 1 "no URL of a meter" get "$hdlc?windows=7" u
expect 1 "that is no serial device" get serial:///dev/null u

# Datagrams; what is set of the line is in force on its next connection.
expect 0 "1-0:32.7.0" get "udp://127.0.0.1:$((port + 1))" u
expect 1 "client 2" get --timeout 1 "udp://127.0.0.1:$((port + 3))" u
expect 0 "done" set --client 1 "$url" 0-0:22.0.0:9 u16:77
expect 0 "1-0:32.7.0" get --timeout 1 "$hdlc?device=77" u
expect 1 "other-reason" set --client 1 "$url" 0-0:25.0.0:5 u8:65
expect 0 "$((port + 1))" get "$url" 0-0:25.0.0:2

# High level security and ciphering, every way; the counter is asked for.
(umask 077 && printf '# of the desk\nunicast 000102030405060708090A0B0C0D0E0F\nauthentication = %s\n' \
    D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF >"$folder/keys")
expect 0 "1-0:32.7.0" get --keys "$folder/keys" "$url" u
for security in none authentication encryption both; do
    expect 0 "1-0:32.7.0" get --client 1 --keys "$folder/keys" --security $security "$url" u
    expect 0 "1-0:32.7.0" get --client 1 --keys "$folder/keys" --auth sha256 --security $security "$hdlc" u
done
for form in glo ded general-glo general-ded general; do
    expect 0 "1-0:32.7.0" get --keys "$folder/keys" --form $form "$url" u
done
expect 0 "1-0:32.7.0" get --keys "$folder/keys" --counter 1 "$url" u
expect 0 "done" set --keys "$folder/keys" --form general "$url" clock:3 i16:-60
expect 1 "it wants another authentication mechanism" get --client 1 --auth md5 --security none "$url" u
WATTHOUR_KEYS="unicast 000102030405060708090A0B0C0D0E0E;authentication D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF"
export WATTHOUR_KEYS
expect 1 "wrong password or keys" get --client 1 "$url" u
WATTHOUR_KEYS="unicast 0001;"
expect 2 "WATTHOUR_KEYS: line 1: give NAME HEX" get "$url" u
unset WATTHOUR_KEYS
expect 2 "the unicast key is not given" get --client 1 --auth gmac "$url" u
chmod 640 "$folder/keys"
expect 2 "others can read it; 'chmod 600' it" get --keys "$folder/keys" "$url" u
expect 2 "others can read it; 'chmod 600' it" get --password-file "$folder/keys" "$url" u
expect 2 "No such file" get --keys "$folder/none" "$url" u
expect 2 "--auth best: give none" get --auth best "$url" u
unset WATTHOUR_PASSWORD
kill -TERM "$served" && wait "$served"

# The customer port: telegrams over TCP, clear and encrypted, and what clients change of them.
"$watthour" run --dlms $((port + 1)) --p1 $((port + 3)) --quiet >/dev/null 2>&1 </dev/null &
served=$!
"$watthour" run --dlms 0 --p1 $((port + 4)) --p1-profile sweden --product st402d \
    --p1-key 000102030405060708090A0B0C0D0E0F --quiet >/dev/null 2>&1 </dev/null &
secret=$!
sleep 1
p1=tcp://127.0.0.1:$((port + 3))
expect 0 "1-0:1.8.1      a+.t1 " p1 "$p1"
expect 0 "3 telegrams, 0 with remarks" p1 --count 3 --quiet "$p1"
expect 0 '"crc":"good"' p1 --json "$p1"
export WATTHOUR_PASSWORD=watthour
expect 0 "done" set --client 1 "$url" 0-0:96.13.0 octets:48692121
expect 0 "message          Hi!!" p1 "$p1"
expect 0 "done" set --client 1 "$url" 0-0:128.2.0 bool:false
expect 1 "silent; is the port enabled" p1 --timeout 2 "$p1"
unset WATTHOUR_PASSWORD
expect 0 "1-0:71.7.0" p1 --key 000102030405060708090A0B0C0D0E0F "tcp://127.0.0.1:$((port + 4))"
expect 2 "32 hexadecimal digits" p1 --key 0001 "$p1"
expect 2 "give one SOURCE" p1
expect 0 "two-gas" p1 --faults
expect 2 "p1 --faults" run --p1-fault unheard-of
expect 1 "give tcp:// or serial://" p1 udp://127.0.0.1
expect 2 "dsmr, sweden, belgium or luxembourg" run --p1-profile france
printf '/XYZ5\r\n\r\n0-0:1.0.0(261131120000W)\r\n1-0:1.7.0(1*kW)\r\n!0000\r\n' >"$folder/telegram"
expect 1 "the CRC is wrong" p1 --json "$folder/telegram"
expect 1 "(261131120000W) is no time" p1 --json "$folder/telegram"
kill -TERM "$served" "$secret" && wait "$served" "$secret"

expect 0 "--specimen N" accuracy --help
expect 2 "--product xs212: give xs211" accuracy --product xs212
expect 2 "--class Z: give A" accuracy --class Z
expect 2 "--sensor ear: give shunt" accuracy --sensor ear
expect 2 "words: takes options only" accuracy words
expect 0 "0 beyond their limits" accuracy --quick --class 1
expect 0 '"not_simulated"' accuracy --quick --class 1 --json --page "$folder/accuracy.html"
expect 1 "no/where.html: No such file" accuracy --quick --class 1 --page "$folder/no/where.html"

echo "commands: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
