#!/bin/sh
# Puts the result of a port check into the spool folder of the Checkmk agent on this machine, which appends it to its
# output: each section of the document becomes a service "Ports ..." of this host. For cron; docs/ci.md explains it.
#
#   portmatrix-spool.sh TOPOLOGY [OPTION of portmatrix check]...
#
# PORTMATRIX_EVERY   seconds between two calls, default 900; after twice that the agent drops the file and the services
#                    go stale, so nobody trusts an old result
# PORTMATRIX_SPOOL   the agent's spool folder, default /var/lib/check_mk_agent/spool
set -eu

spool=${PORTMATRIX_SPOOL:-/var/lib/check_mk_agent/spool}
age=$((2 * ${PORTMATRIX_EVERY:-900}))
[ $# -ge 1 ] || { echo "usage: $0 TOPOLOGY [OPTION]..." >&2; exit 2; }

# The agent reads every file in the folder, so the draft lies beside it, on the same file system.
draft=$(mktemp -d "$(dirname "$spool")/portmatrix.XXXXXX")
trap 'rm -rf "$draft"' EXIT

# One run at a time: a second one would only disturb the first.
exec 9>"$(dirname "$spool")/portmatrix.lock"
flock --nonblock 9 || { echo "the last check is still running" >&2; exit 0; }

code=0
portmatrix check "$@" --quiet --format checkmk-spool="$draft/services" || code=$?
case $code in
  0 | 1 | 3) ;;       # the check ran: what it found is for the monitoring to say
  *) exit "$code" ;;  # it did not: cron mails why, and the services go stale
esac
chmod 644 "$draft/services"
mv "$draft/services" "$spool/${age}_portmatrix"
