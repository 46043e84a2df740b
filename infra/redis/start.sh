#!/bin/sh
# Redis in a container: the users of users.acl get their passwords from the environment, in memory only.
set -eu
umask 077
sed -e "s|@GATEWAY@|$GATEWAY_PASSWORD|" -e "s|@QUEUE@|$QUEUE_PASSWORD|" -e "s|@ADMISSION@|$ADMISSION_PASSWORD|" -e "s|@PURCHASE@|$PURCHASE_PASSWORD|" \
  -e "s|@WATCHER@|$WATCHER_PASSWORD|" -e "s|@OPERATOR@|$OPERATOR_PASSWORD|" /etc/sunbeon/users.acl > /tmp/users.acl
exec redis-server /etc/sunbeon/redis.conf --aclfile /tmp/users.acl
