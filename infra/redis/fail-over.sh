#!/bin/sh
# A planned fail-over on Sentinel that loses no acknowledged write (docs/TOPOLOGIES.md gives the reasons):
#   infra/redis/fail-over.sh <sentinel host> [<sentinel port>] [<name of the master>]
# REDIS_ARGS and SENTINEL_ARGS are arguments of redis-cli for the servers and the sentinels: "--tls --user operator".
# Exit code 0: another server is the master and has every write. 1: the old master goes on, or what to do is printed.
set -eu

[ $# -ge 1 ] || { sed -n '2,5s/^# //p' "$0" >&2; exit 2; }
sentinel_host=$1 sentinel_port=${2:-26379} name=${3:-mymaster}
# Longer than all steps together: it must not end before the old master is a replica.
pause_seconds=60

at() { # one command to one server; the error of Redis is an error of the script
  host=$1 port=$2; shift 2
  # shellcheck disable=SC2086
  redis-cli -e ${args:-} -h "$host" -p "$port" "$@"
}
to_sentinel() { args=${SENTINEL_ARGS:-} at "$@"; }
to_server() { args=${REDIS_ARGS:-} at "$@"; }
master_address() { to_sentinel "$sentinel_host" "$sentinel_port" SENTINEL GET-MASTER-ADDR-BY-NAME "$name" | xargs; }
field() { tr -d '\r' | awk -v name="$1" '$0 == name { getline; print; exit }'; }
seconds() { date +%s; }

# shellcheck disable=SC2046
set -- $(master_address)
[ $# -eq 2 ] || { echo "The sentinel knows no master $name." >&2; exit 1; }
old_host=$1 old_port=$2
sentinels="$sentinel_host $sentinel_port
$(to_sentinel "$sentinel_host" "$sentinel_port" SENTINEL SENTINELS "$name" | tr -d '\r' |
  awk '$0 == "ip" { getline; ip = $0 } $0 == "port" { getline; print ip, $0 }')"
down_after=$(to_sentinel "$sentinel_host" "$sentinel_port" SENTINEL MASTER "$name" | field down-after-milliseconds)

patience() { # how long silence is tolerated, on every sentinel
  echo "$sentinels" | while read -r host port; do
    to_sentinel "$host" "$port" SENTINEL SET "$name" down-after-milliseconds "$1" </dev/null >/dev/null
  done
}
stage=before
finish() { # however the script ends
  case $stage in
    waiting) to_server "$old_host" "$old_port" CLIENT UNPAUSE >/dev/null && echo "Writes go on at $old_host:$old_port." >&2 ;;
    # A replica may be promoted: writes at the old master could be lost, so a person decides.
    promoting) echo "Within a minute of step 1: if a replica says role:master, REPLICAOF <its host> <its port> at $old_host:$old_port, \
then CLIENT UNPAUSE; else only CLIENT UNPAUSE." >&2 ;;
  esac
  patience "$down_after" || echo "Repeat on each sentinel: SENTINEL SET $name down-after-milliseconds $down_after" >&2
}
give_up() { echo "$1" >&2; exit 1; }
trap finish EXIT
trap 'exit 1' INT TERM HUP

# A paused master does not answer the sentinels. With their usual patience they would begin a fail-over of their own beside this one.
patience 300000

stage=waiting paused_at=$(seconds)
to_server "$old_host" "$old_port" CLIENT PAUSE $((pause_seconds * 1000)) WRITE >/dev/null
echo "1/4 Writes wait at $old_host:$old_port."

until to_server "$old_host" "$old_port" INFO replication | tr -d '\r' | awk -F '[:,=]' '
  /^slave[0-9]+:/ { replicas++; for (i = 1; i < NF; i++) if ($i == "offset") has[replicas] = $(i + 1) }
  /^master_repl_offset:/ { written = $2 }
  END { for (i = 1; i <= replicas; i++) if (has[i] != written) exit 1; exit replicas == 0 }'
do
  [ $(($(seconds) - paused_at)) -lt 5 ] || give_up 'A replica lags, or there is none.'
  sleep 0.1
done
echo '2/4 Every replica has every write.'

[ $(($(seconds) - paused_at)) -lt 15 ] || give_up 'The steps took too long.'
to_sentinel "$sentinel_host" "$sentinel_port" SENTINEL FAILOVER "$name" >/dev/null || give_up 'The sentinel refused.'
stage=promoting
while now=$(master_address) || true; [ -z "$now" ] || [ "$now" = "$old_host $old_port" ]; do
  [ $(($(seconds) - paused_at)) -lt 50 ] || give_up 'No other master after 50 s.'
  sleep 0.1
done
# shellcheck disable=SC2086
set -- $now
echo "3/4 $1:$2 is the master."

# The sentinels cannot turn the old master while it is paused: their PUBLISH waits with the writes, and all else behind it.
to_server "$old_host" "$old_port" REPLICAOF "$1" "$2" >/dev/null
to_server "$old_host" "$old_port" CLIENT UNPAUSE >/dev/null
stage=done
echo "4/4 $old_host:$old_port is its replica; writes waited for about $(($(seconds) - paused_at)) s."
