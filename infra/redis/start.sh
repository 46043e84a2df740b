#!/bin/sh
# Redis in a container: the users of users.acl get their passwords from the environment, in memory only. There are no replicas and sentinels, so no users of theirs.
set -eu
umask 077
config=${CONFIG:-/etc/sunbeon} made=${MADE:-/tmp}
sed -e '/^user \(replication\|sentinel\) /d' -e "s|@GATEWAY@|$GATEWAY_PASSWORD|" -e "s|@QUEUE@|$QUEUE_PASSWORD|" -e "s|@ADMISSION@|$ADMISSION_PASSWORD|" -e "s|@PURCHASE@|$PURCHASE_PASSWORD|" \
  -e "s|@WATCHER@|$WATCHER_PASSWORD|" -e "s|@OPERATOR@|$OPERATOR_PASSWORD|" "$config/users.acl" > "$made/users.acl"
exec redis-server "$config/redis.conf" --aclfile "$made/users.acl"
