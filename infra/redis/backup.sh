#!/bin/sh
# Writes a tar of all data acknowledged by a running Redis to stdout. The sale goes on meanwhile.
# Needs: OPERATOR_PASSWORD of the user `operator`; the data folder as $1 (/data).
set -eu
# -e: an error of Redis, such as a wrong password, is an error of the script. No pipes behind it: they would hide it.
cli() { REDISCLI_AUTH=$OPERATOR_PASSWORD redis-cli -e --user operator --raw "$@"; }
data=${1:-/data}
setting=auto-aof-rewrite-percentage

percentage=$(cli CONFIG GET $setting) || { echo "$percentage" >&2; exit 1; }
percentage=${percentage##*[!0-9]}
[ -n "$percentage" ] || { echo "Redis does not say its $setting." >&2; exit 1; }
is_mine=no tar=
refuse() {
  is_mine=no
  echo "The rewrite of the append-only file is off: another backup runs, or one was killed. If none runs, put it back, and try again: \
redis-cli --user operator --askpass CONFIG SET $setting 100" >&2
  exit 1
}
finish() { # however the script ends
  [ -z "$tar" ] || kill "$tar" 2>/dev/null || :
  [ $is_mine = no ] || cli CONFIG SET $setting "$percentage" >/dev/null ||
    echo "Put the rewrite of the append-only file back: redis-cli --user operator --askpass CONFIG SET $setting $percentage" >&2
}
[ "$percentage" -ne 0 ] || refuse
trap finish EXIT
trap 'exit 1' INT TERM HUP PIPE

# A rewrite replaces the files one by one; a copy in between would be inconsistent. Read and set in one step: of two backups that begin at once, one sees 0.
is_mine=yes
before=$(printf 'MULTI\nCONFIG GET %s\nCONFIG SET %s 0\nEXEC\n' $setting $setting | cli)
case $before in
  *"
$percentage
OK") ;;
  *"
0
OK") refuse ;;
  *) echo "$before" >&2; exit 1 ;;
esac
is_rewriting() {
  info=$(cli INFO persistence) || exit 1
  echo "$info" | grep -Eq '^aof_rewrite_(in_progress|scheduled):1'
}
while is_rewriting; do sleep 1; done
# The last file grows while it is read: the copy ends after the start of this line, maybe within an entry, which Redis ignores.
# In the background: a shell hears a signal while it waits, but not before the end of a command in front.
tar -C "$data" --warning=no-file-changed -cf - appendonlydir &
tar=$!
status=0; wait "$tar" || status=$?
tar=
[ "$status" -le 1 ] || exit "$status"
