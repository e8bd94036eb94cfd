#!/bin/sh
# box.sh STATE NODE: the first process of a node, in namespaces of its own, as a container's would be. Builds a file
# system from the machine's with a layer of its own on top, waits for a line on stdin (by then the node has its
# interfaces), and becomes the node's command. Nothing that is mounted here is visible outside.
set -eu
state=$1
node=$2
box=$state/box/$node
disk=$state/disk
root=$disk/root
read -r pid rest </proc/self/stat # /proc is still the machine's, so this is the id outside
hostname "$node"

mount -t tmpfs -o mode=0755 portmatrix-lab "$disk"
mkdir "$root" "$disk/upper" "$disk/work"
mount -t overlay -o "lowerdir=/,upperdir=$disk/upper,workdir=$disk/work" portmatrix-lab "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t tmpfs -o mode=0755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
rm -rf "$root/var/lib/lab" "$root/etc/resolv.conf" "$root/etc/hosts"
mkdir -p "$root/var/lib/lab" "$root/run/lock" "$root/.old"
while IFS= read -r file; do rm -rf "${root:?}$file"; done <"$box/lacks"
cp -R "$box/files/." "$root"
while IFS=: read -r source target; do
  if [ -d "$source" ]; then mkdir -p "$root$target"; else mkdir -p "$(dirname "$root$target")" && : >>"$root$target"; fi
  mount -o bind,ro "$source" "$root$target"
done <"$box/binds"

echo "$pid" >"$box/pid.new"
mv "$box/pid.new" "$box/pid"
read -r go || exit 1 # the driver is gone
while IFS= read -r setting; do # before the interfaces come up, as in a container
  echo "${setting#*=}" >"$root/proc/sys/${setting%%=*}"
done <"$box/sysctls"
ip -batch "$box/interfaces"

capabilities=$(cat "$box/capabilities")
directory=$(cat "$box/directory")
set --
while IFS= read -r word; do set -- "$@" "$word"; done <"$box/command"
while IFS= read -r variable; do set -- "$variable" "$@"; done <"$box/environment"
cd "$root"
pivot_root . .old
umount -l /.old
rmdir /.old
cd "$directory"
exec setpriv --bounding-set="$capabilities" -- /usr/bin/env -i "$@" </dev/null
