#!lua
-- begin-rehearsal: takes a place among the rehearsals of the installation, by listing the id as a current sale. A listed one has its place.
-- KEYS    1 current-sales
-- ARGV    1 id of the rehearsal
-- Returns "begun" | "too_many" | "without_id"
if ARGV[1] == '' then return 'without_id' end
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 'begun' end
if redis.call('ZLEXCOUNT', KEYS[1], '[rehearsal-', '(rehearsal.') >= limits.rehearsalsAtOnce then return 'too_many' end
redis.call('ZADD', KEYS[1], '0', ARGV[1])
return 'begun'
