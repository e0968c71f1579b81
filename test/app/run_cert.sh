#!/bin/sh
# Certificates as a user meets them: an authority of the desk, a meter that trusts it, key pairs and
# their certificates, signed and agreed protection; all of it outlives the supply.
# usage: run_cert.sh path/to/watthour
set -u
# shellcheck source=test/app/meter.sh
. "$(dirname "$0")/meter.sh"

# A meter in the background, once it answers and has its authority.
start_trusting() {
    start "$@"
    tries=0
    until "$watthour" cert --keys meter "$url" 2>/dev/null | grep -q authority; do
        tries=$((tries + 1))
        [ "$tries" -gt 100 ] && break
        sleep 0.1
    done
}

# value NAME FILE: what a certificate says.
value() {
    "$watthour" ca show "$2" | sed -n "s/^$1 *//p"
}

umask 077
cd "$folder" || exit 1

# suite SUITE CURVE KEY: the whole way with one suite.
suite() {
    rm -rf ca data ./*.pem ./*.csr ./*.keys me meter
    printf 'suite %s\nunicast %s\nauthentication %s\n' "$1" "$3" "$3" >meter
    expect 0 "" ca --curve "$2" init ca
    expect 1 "File exists" ca --curve "$2" init ca
    expect 0 "watthour test CA" ca show ca/ca.pem
    expect 0 "" ca issue ca 5754480000000001 desk
    cat meter desk.keys >me
    start_trusting --keys meter --ca ca/ca.pem --data data
    expect 0 "watthour test CA" cert --keys me "$url"
    expect 1 "other-reason" cert --keys me "$url" renew signature
    expect 0 "BEGIN CERTIFICATE REQUEST" cert --keys me "$url" request signature
    for use in signature agreement; do
        expect 0 "$use.csr" cert --keys me "$url" request $use $use.csr
        expect 0 "" ca sign ca $use.csr meter-$use.pem
        expect 0 "imported" cert --keys me "$url" import meter-$use.pem
        expect 0 "imported" cert --keys me "$url" import desk-$use.pem
    done
    printf 'signing-peer %s\nagreement-peer %s\n' "$(value public_key meter-signature.pem)" \
        "$(value public_key meter-agreement.pem)" >>me
    stop # the supply goes without warning
    start_trusting --keys meter --ca ca/ca.pem --data data
    expect 0 "5754480000000001" cert --keys me "$url" list
    expect 0 "\"issuer\":" cert --json --keys me "$url" list
    for how in "--auth ecdsa" "--auth ecdsa --sign around" "--sign inside --form general-glo" \
        "--sign inside --form general" "--agree one-pass" "--agree static --sign around" \
        "--auth ecdsa --sign alone"; do
        # shellcheck disable=SC2086 # options, one by one
        expect 0 "0-0:42.0.0" get --keys me --client 1 $how "$url" name
        # shellcheck disable=SC2086
        expect 0 "1-0:99.1.0" objects --keys me --client 1 $how "$url"
    done
    for how in "--sign around" "--sign inside --form general-glo" "--sign alone --auth ecdsa"; do
        # shellcheck disable=SC2086
        expect 0 "1-0:99.1.0" objects --keys me --client 1 --blocks 5 $how "$url"
    done
    expect 0 "0-0:42.0.0" get --keys me --blocks 2 --sign around "$url" name
    for how in authentication encryption both signature signature+both both+signature; do
        expect 0 " Wh" get --keys me --protected $how "$url" a+ name
    done
    for key in unicast one-pass static; do
        expect 0 "0-0:42.0.0" get --keys me --protected both --protected-key $key "$url" name
        expect 0 "done" set --keys me --protected signature+both --protected-key $key "$url" \
            0-0:96.13.0 octets:68656C6C6F
        expect 0 "done" act --keys me --protected both --protected-key $key "$url" clock:6 i16:0
    done
    expect 1 "read-write-denied" set --keys me --protected both "$url" a+ u32:1
    expect 1 "read-write-denied" get --keys me --protected both "$url" 15:0-0:40.0.1:7
    expect 2 "with + between" get --keys me --protected bot "$url" a+
    expect 2 "the master key" get --keys me --protected both --protected-key wrapped "$url" a+
    expect 0 "done" set --keys me --sign around "$url" 0-0:96.13.0 octets:68656C6C6F
    expect 0 "BEGIN CERTIFICATE" cert --keys me "$url" export 5754480000000001 signature
    below "$2"
    : >old.keys
    expect 1 "File exists" cert --keys me --auth ecdsa "$url" agree unicast old.keys
    expect 0 "new.keys" cert --keys me --auth ecdsa "$url" agree unicast new.keys
    expect 1 "" get --keys me "$url" name
    sed -i '/^unicast/d' me
    cat new.keys >>me
    expect 0 "0-0:42.0.0" get --keys me "$url" name
}

# An authority below the one that is trusted: what it certifies is taken once it is there itself.
below() {
    expect 2 "below DIR NEW" ca below ca
    expect 1 "give another with --name" ca --curve "$1" below ca under
    expect 1 "No such file" ca --name "beneath" below nowhere under
    expect 0 "under/ca.pem" ca --curve "$1" --name "beneath" below ca under
    expect 1 "File exists" ca --curve "$1" --name "beneath" below ca under
    expect 0 "watthour test CA" ca show under/ca.pem
    expect 0 "" ca issue under 5754480000000003 guest
    expect 1 "other-reason" cert --keys me "$url" import guest-signature.pem
    expect 0 "imported" cert --keys me "$url" import under/ca.pem
    expect 0 "imported" cert --keys me "$url" import guest-signature.pem
    expect 0 "beneath" cert --keys me "$url" list
    expect 0 "removed" cert --keys me "$url" remove 5754480000000003 signature
    expect 0 "removed" cert --keys me "$url" remove "beneath" other
    rm -rf under
}

# What an authority that nobody trusts has signed, what is expired, what is for another curve.
refused() {
    expect 0 "" ca --curve "$1" --name "watthour test CA" init other
    expect 0 "" ca issue other 5754480000000002 stranger
    expect 1 "is its issuer, watthour test CA, among" cert --keys meter "$url" import stranger-signature.pem
    expect 1 "other-reason" cert --keys meter "$url" import other/ca.pem
    head -c 300 desk-signature.pem >short.pem
    expect 1 "none of the DLMS profile" cert --keys meter "$url" import short.pem
    expect 0 "" ca --days 0 issue ca 5754480000000004 ended
    sleep 2
    expect 1 "it ended at" cert --keys meter "$url" import ended-signature.pem
    rm ended*
    expect 1 "" cert --keys meter "$url" import none.pem
    expect 0 "removed" cert --keys meter "$url" remove 5754480000000001 signature
    expect 1 "other-reason" cert --keys meter "$url" remove 5754480000000001 signature
    expect 1 "other-reason" cert --keys meter "$url" remove "watthour test CA" other
    expect 1 "another authentication mechanism" get --keys me --client 1 --auth ecdsa "$url" name
    rm -rf other
}

k=000102030405060708090A0B0C0D0E0F
for which in 01:p256:$k 02:p384:$k$k; do
    curve=${which#*:}
    curve=${curve%%:*}
    suite "${which%%:*}" "$curve" "${which##*:}"
    stop
    rm -rf data
    start_trusting --keys meter --ca ca/ca.pem --data data
    expect 0 "imported" cert --keys meter "$url" import desk-signature.pem
    refused "$curve"
    stop
done

expect 2 "give list, request" cert "$url" fly
expect 2 "USE is signature" cert "$url" request tls1
expect 2 "KEY is unicast" cert "$url" agree nothing file
expect 2 "give init DIR" ca fly
expect 1 "no system title" ca issue ca nobody me
expect 1 "No such file" ca show nothing.pem
expect 1 "no certificate" ca show signature.csr
expect 2 "an authority" run --ca desk-signature.pem --dlms 0 --for 1
expect 2 "agreement-peer" get --keys desk.keys --agree static "$url" name

echo "certificates: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
