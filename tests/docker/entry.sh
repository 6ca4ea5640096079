#!/bin/sh
# The test image's command: Kafka when it is configured by KAFKA_ variables as in apache/kafka, else a MongoDB server.
set -e
if [ -n "$KAFKA_NODE_ID" ]; then
  env | sed -n 's/^KAFKA_//p' | grep -v '^HEAP_OPTS=' | while IFS='=' read -r name value; do
    printf '%s=%s\n' "$(printf '%s' "$name" | tr '[:upper:]_' '[:lower:].')" "$value"
  done >/tmp/server.properties
  export CLASSPATH='/opt/kafka/*'
  [ -e "$KAFKA_LOG_DIRS/meta.properties" ] ||
    "$JAVA_HOME/bin/java" kafka.tools.StorageTool format --cluster-id MkU3OEVBNTcwNTJENDM2Qg --config /tmp/server.properties
  exec "$JAVA_HOME/bin/java" $KAFKA_HEAP_OPTS kafka.Kafka /tmp/server.properties
fi

programs=/usr/lib/postgresql/18/bin
mkdir -p /data/db /run/pg
chown postgres: /data/db /run/pg
as() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
[ -e /data/db/PG_VERSION ] || as $programs/initdb -D /data/db --auth=trust --username=postgres --locale=C.UTF-8
as $programs/postgres -D /data/db -c listen_addresses= -c unix_socket_directories=/run/pg \
  -c shared_preload_libraries=pg_cron,pg_documentdb_core,pg_documentdb -c cron.database_name=postgres \
  -c cron.use_background_workers=on -c documentdb.localhost_connection_string=host=/run/pg &
until as $programs/psql -h /run/pg -c 'create extension if not exists documentdb cascade' postgres; do sleep 0.2; done
trap 'kill -INT %1; wait; exit 0' TERM INT
/opt/ferretdb --listen-addr=:27017 --debug-addr=- --no-auth --telemetry=disable --state-dir=/tmp \
  '--postgresql-url=postgres://postgres@/postgres?host=/run/pg' &
wait
