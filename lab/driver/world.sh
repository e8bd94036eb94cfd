#!/bin/sh
# world.sh STATE: the first process of a lab, in network, mount and process namespaces of its own. The bridges between
# the nodes are in its network namespace; when it ends, the kernel ends every process of every node.
set -eu
ip link set lo up
read -r pid rest </proc/self/stat # /proc is still the machine's, so this is the id outside
echo "$pid" >"$1/world.new"
mv "$1/world.new" "$1/world"
while :; do # also collects the processes that nobody waits for
  sleep 86400 &
  wait "$!" || true
done
