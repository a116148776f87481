#!/bin/sh
# usage: full.sh TEST PROGRAM: the test of a full disk on a file system of its
# own, where this user may make one.
set -eu
mine=$(mktemp -d)
trap 'rmdir "$mine"' EXIT
unshare -rm true 2>/dev/null || unshare -m true 2>/dev/null || {
	echo "1..0 # SKIP no namespaces for this user"
	exit 0
}
command='mount -t tmpfs -o size=9m none "$0" && exec "$1" "$2" "$0"'
if unshare -m true 2>/dev/null; then
	unshare -m sh -c "$command" "$mine" "$@"
else
	unshare -rm sh -c "$command" "$mine" "$@"
fi
