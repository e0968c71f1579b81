#!/bin/sh
# Keys of a meter as a user meets them: its own from a file, and new ones sent to it, which outlive
# the supply.
# usage: run_keys.sh path/to/watthour
set -u
# shellcheck source=test/app/meter.sh
. "$(dirname "$0")/meter.sh"

umask 077
gak=D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF
printf 'unicast 000102030405060708090A0B0C0D0E0F\nauthentication %s\n' $gak >"$folder/published"
printf 'unicast 101112131415161718191A1B1C1D1E1F\nauthentication %s\n' $gak >"$folder/other"
printf 'unicast 101112131415161718191A1B1C1D1E1F\n' >"$folder/half"

# Keys that were chosen: Management needs them, unless its password is let in.
start --keys "$folder/other"
export WATTHOUR_PASSWORD=watthour
expect 0 "0-0:42.0.0" get --keys "$folder/other" "$url" name
expect 1 "wrong password or keys" get --keys "$folder/published" "$url" name
expect 1 "another authentication mechanism" get --client 1 --auth low "$url" name
expect 0 "0-0:42.0.0" get --client 2 "$url" name
stop
WATTHOUR_KEYS=$(cat "$folder/other")
export WATTHOUR_KEYS
start --management low
expect 0 "0-0:42.0.0" get --client 1 "$url" name
expect 0 "0-0:42.0.0" get --client 1 --auth low --security none "$url" name
stop
unset WATTHOUR_KEYS
expect 2 "unicast and authentication" run --keys "$folder/half" --dlms 0 --for 1
expect 2 "low or high" run --management medium

# A new unicast key, 10 .. 1F, wrapped by the published master key 20 .. 2F (RFC 3394); then once
# more by a key that is none. The supply goes without warning.
transfer="data:01010202160009182fe8e13bced634a49e658ac5ec6942d58539646aa177d092"
start --data "$folder/data"
expect 1 "other-reason" act --keys "$folder/published" "$url" 0-0:43.0.0:2 "${transfer%2}3"
expect 1 "scope-of-access-violated" act --client 1 --auth low "$url" 0-0:43.0.0:2 "$transfer"
expect 0 "done" act --keys "$folder/published" "$url" 0-0:43.0.0:2 "$transfer"
expect 1 "wrong password or keys" get --keys "$folder/published" "$url" name
expect 0 "0-0:42.0.0" get --keys "$folder/other" "$url" name
stop
start --data "$folder/data"
expect 1 "wrong password or keys" get --keys "$folder/published" "$url" name
expect 0 "0-0:42.0.0" get --keys "$folder/other" "$url" name
expect 0 "done" set --keys "$folder/other" "$url" 0-0:40.0.2:7 octets:6E6577
stop
start --data "$folder/data"
expect 1 "wrong password or keys" get --client 2 "$url" name
WATTHOUR_PASSWORD=new
expect 0 "0-0:42.0.0" get --client 2 "$url" name
expect 0 "done" act --keys "$folder/other" "$url" 0-0:43.0.0:1 enum:108
stop
start --data "$folder/data"
expect 0 "0-0:42.0.0" get --keys "$folder/other" "$url" name
expect 1 "" get --keys "$folder/other" --security authentication "$url" name
expect 1 "" get --client 1 --auth low "$url" name
stop

# Suites 1 and 2: longer keys, and signatures by keys of the suite's curve (RFC 6979, A.2; NSA, Suite
# B Implementer's Guide): the meter's, and Management's.
unset WATTHOUR_PASSWORD
signs() {
    suite=$1 keys=$2
    printf 'suite %s\nunicast %s\nauthentication %s\nsigning %s\nsigning-peer %s\n' "$suite" \
        "$keys" "$keys" "$3" "$6" >"$folder/meter"
    printf 'suite %s\nunicast %s\nauthentication %s\nsigning %s\nsigning-peer %s\n' "$suite" \
        "$keys" "$keys" "$5" "$4" >"$folder/client"
    start --keys "$folder/meter"
    for security in none both; do
        expect 0 "0-0:42.0.0" get --keys "$folder/client" --auth ecdsa --security $security \
            --client 1 "$url" name
    done
    expect 0 "0-0:42.0.0" get --keys "$folder/client" --auth gmac "$url" name
    # The client's key turned round: whoever signs is somebody else.
    sed "s/^signing .*/signing $3/" "$folder/client" >"$folder/wrong"
    expect 1 "wrong password or keys" get --keys "$folder/wrong" --auth ecdsa --client 1 "$url" name
    # And a meter whose key is not the one we know.
    sed "s/^signing-peer .*/signing-peer $6/" "$folder/client" >"$folder/wrong"
    expect 1 "" get --keys "$folder/wrong" --auth ecdsa --client 1 "$url" name
    stop
}
k=000102030405060708090A0B0C0D0E0F
signs 01 $k C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721 \
    60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB67903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299 \
    70A12C2DB16845ED56FF68CFC21A472B3F04D7D6851BF6349F2D7D5B3452B38A \
    8101ECE47464A6EAD70CF69A6E2BD3D88691A3262D22CBA4F7635EAFF26680A8D8A12BA61D599235F67D9CB4D58F1783D3CA43E78F0A5ABAA624079936C0C3A9
signs 02 $k$k 6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5 \
    EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64DEF8F0EA9055866064A254515480BC138015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1288B231C3AE0D4FE7344FD2533264720 \
    C838B85253EF8DC7394FA5808A5183981C7DEEF5A69BA8F4F2117FFEA39CFCD90E95F6CBC854ABACAB701D50C1F3CF24 \
    1FBAC8EEBD0CBF35640B39EFE0808DD774DEBFF20A2A329E91713BAF7D7F3C3E81546D883730BEE7E48678F857B02CA0EB213103BD68CE343365A8A4C3D4555FA385F5330203BDD76FFAD1F3AFFB95751C132007E1B240353CB0A4CF1693BDF9
expect 2 "are not given" get --keys "$folder/other" --auth ecdsa "$url" name
printf 'suite 02\nunicast %s\nauthentication %s\n' $k $k >"$folder/half"
expect 2 "keys of suite 2 have 32 octets" run --keys "$folder/half" --dlms 0 --for 1

echo "keys: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
