#!lua
-- begin-rehearsal: takes a place among the rehearsals of the installation, by listing the id as a current sale. A listed one has its place.
-- KEYS    1 current-sales
-- ARGV    1 id of the rehearsal
-- Returns "begun" | "too_many" | "without_id"
if ARGV[1] == '' then return 'without_id' end
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 'begun' end
-- Other sales may have names that begin like these ids. Beyond the first thousand nothing is counted: too many such names allow more rehearsals.
local begun = 0
for _, id in ipairs(redis.call('ZRANGEBYLEX', KEYS[1], '[rehearsal-0', '(rehearsal-g', 'LIMIT', 0, 1000)) do
  if #id == 26 and string.match(id, '^rehearsal%-[0-9a-f]+$') then begun = begun + 1 end
end
if begun >= limits.rehearsalsAtOnce then return 'too_many' end
redis.call('ZADD', KEYS[1], '0', ARGV[1])
return 'begun'
