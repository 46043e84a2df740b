#!/bin/sh
# Writes a tar of all data acknowledged by a running Redis to stdout. The sale goes on meanwhile.
# Needs: OPERATOR_PASSWORD of the user `operator`; the data folder as $1 (/data).
set -eu
cli() { REDISCLI_AUTH=$OPERATOR_PASSWORD redis-cli --user operator --raw "$@"; }
data=${1:-/data}
# A rewrite replaces the files one by one; a copy in between would be inconsistent.
percentage=$(cli CONFIG GET auto-aof-rewrite-percentage | tail -n 1)
trap 'cli CONFIG SET auto-aof-rewrite-percentage "$percentage" > /dev/null' EXIT
cli CONFIG SET auto-aof-rewrite-percentage 0 > /dev/null
while cli INFO persistence | grep -Eq '^aof_rewrite_(in_progress|scheduled):1'; do sleep 1; done
# The last file grows while it is read: the copy ends after the start of this line, maybe within an entry, which Redis ignores.
tar -C "$data" --warning=no-file-changed -cf - appendonlydir || [ $? -eq 1 ]
