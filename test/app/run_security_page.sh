#!/bin/sh
# The commands of docs/SECURITY.md, as they stand, but for the port.
# usage: run_security_page.sh path/to/watthour path/to/SECURITY.md
set -u
watthour=$1
page=$2
folder=$(mktemp -d)
port=$((12000 + ($$ + 7) % 8000)) # so that runs side by side do not meet, nor the ports of clients
trap 'kill -KILL $(cat "$folder/meter.pid") 2>/dev/null; rm -rf "$folder"' EXIT
mkdir "$folder/bin" "$folder/desk"
ln -s "$watthour" "$folder/bin/watthour"
# shellcheck disable=SC2016 # backquotes of the page
sed -n '/^```sh$/,/^```$/p' "$page" | grep -v '^```' |
    sed -e "s/:4059/:$port/" -e "s/--panel 0/--panel 0 --dlms $port/" \
        -e "s|^sleep 3|echo \$! >../meter.pid; sleep 3|" >"$folder/commands"
[ "$(grep -c watthour "$folder/commands")" -gt 15 ] || {
    echo "FAIL: the page has no commands"
    exit 1
}
cd "$folder/desk" || exit 1
if ! PATH="$folder/bin:$PATH" sh -eu "$folder/commands" >"$folder/log" 2>&1; then
    cat "$folder/log"
    echo "FAIL: the page's commands"
    exit 1
fi
for text in "meter      signature" "1-0:32.7.0" "1-0:16.7.0" "1-0:1.8.0" "1-0:14.7.0" "new.keys"; do
    grep -qF -e "$text" "$folder/log" || {
        cat "$folder/log"
        echo "FAIL: '$text' is not printed"
        exit 1
    }
done
echo "security page: $(grep -c watthour "$folder/commands") commands"
