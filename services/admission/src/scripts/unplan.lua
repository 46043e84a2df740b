#!lua
-- unplan: takes a planned change out of the plan.
-- KEYS    1 sale   2 flow   3 events   4 audit-log   5 planned
-- ARGV    1 by   2 id
-- Returns "unplanned" | "planned_not_found" | "no_sale"
-- include: clock
-- include: status
-- include: emit
-- include: audit-log
local status = status_of(KEYS[1])
if not status then return 'no_sale' end
local rows = redis.call('ZRANGE', KEYS[5], 0, -1, 'WITHSCORES')
for i = 1, #rows, 2 do
  local planned = cjson.decode(rows[i])
  if planned.plannedId == ARGV[2] then
    local version = tonumber(redis.call('HGET', KEYS[1], 'version')) + 1
    emit(KEYS[2], KEYS[3], 'sale', { change = 'changed', version = version, status = status })
    redis.call('HSET', KEYS[1], 'version', string.format('%.0f', version))
    redis.call('ZREM', KEYS[5], rows[i])
    audit_log(KEYS[4], 'unplan', ARGV[1], { planned = ARGV[2], plannedAt = tonumber(rows[i + 1]), change = planned.change })
    return 'unplanned'
  end
end
return 'planned_not_found'
