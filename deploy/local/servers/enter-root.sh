#!/bin/sh
# Runs a command of the cached Debian root as its own user: enter-root.sh ROOT DATA SOCKETS UID:GID COMMAND...
# Called inside a mount namespace of its own (unshare), so the mounts are seen by nobody else and end with the last process.
set -e
root=$1 data=$2 sockets=$3 user=$4
shift 4
mount --bind "$data" "$root/notifyme/data"
mount --bind "$sockets" "$root/notifyme/sockets"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
exec chroot --userspec="$user" "$root" "$@"
