#!lua flags=allow-oom
-- run-planned: does the planned changes whose time has come, oldest first. Each leaves the plan in the step that does it: it is done once.
-- KEYS    1 sale   2 flow   3 events   4 audit-log   5 queue   6 lobby   7 departed bitmap   8 code-uses   9 code-holders
--         10 planned
-- ARGV    1 epoch
-- Returns {"done", changes that left the plan} | {"fenced", epoch} | {"no_sale", 0}
-- Keeps   I5: a new pace settles the bucket first; I9. One that is made two ticks late or more, or that is not possible now and skipped whole, is so in the audit log
-- include: clock
-- include: status
-- include: emit
-- include: move
-- include: verb
-- include: bucket
-- include: set-pace
-- include: audit-log
local epoch = tonumber(redis.call('HGET', KEYS[2], 'epoch') or 0)
if epoch ~= tonumber(ARGV[1]) then return { 'fenced', epoch } end
if not status_of(KEYS[1]) then return { 'no_sale', 0 } end
local k = { sale = KEYS[1], flow = KEYS[2], events = KEYS[3], queue = KEYS[5], lobby = KEYS[6], departed = KEYS[7], code_uses = KEYS[8],
  code_holders = KEYS[9], planned = KEYS[10] }
local verbs = { open = 'open', paused = 'pause', closed = 'close' }
local function set(fields, status)
  local before = redis.call('HMGET', k.sale, 'admitPerSecond', 'version')
  local version, new = tonumber(before[2]) + 1, {}
  for i = 1, #fields, 2 do new[fields[i]] = fields[i + 1] end
  emit(k.flow, k.events, 'sale', { change = 'changed', version = version, status = status, admitPerSecond = tonumber(new.admitPerSecond or nil),
    activeLimit = tonumber(new.activeLimit or nil) })
  if new.admitPerSecond and tonumber(new.admitPerSecond) ~= tonumber(before[1]) then set_pace(k.flow, tonumber(before[1]), new.admitPerSecond) end
  redis.call('HSET', k.sale, 'version', string.format('%.0f', version), unpack(fields))
end
local done = 0
-- A change may close the sale, which drops the rest.
while done < limits.plannedPerCall do
  local due = redis.call('ZRANGEBYSCORE', k.planned, '-inf', now, 'WITHSCORES', 'LIMIT', 0, 1)
  if not due[1] then break end
  local status = settled_status(k)
  redis.call('ZREM', k.planned, due[1])
  done = done + 1
  local planned, at = cjson.decode(due[1]), tonumber(due[2])
  local verb, outcome = verbs[planned.change.status], status == 'closed' and 'invalid' or 'changed'
  if verb == 'open' and status ~= 'scheduled' and status ~= 'lobby' then verb = 'resume' end
  local detail = { planned = planned.plannedId, plannedAt = at, change = planned.change, lateMs = now - at > 2 * limits.tickMs and now - at or nil }
  local before, after = {}, {}
  if outcome == 'changed' and verb then
    outcome, status, before.status = run_verb(k, verb)
    after.status = status
  end
  if outcome == 'invalid' then detail.skipped, planned.fields, before, after = status, {}, nil, nil end
  for i = 1, #planned.fields, 2 do
    local name = planned.fields[i]
    before[name], after[name] = redis.call('HGET', k.sale, name) or '', planned.fields[i + 1]
  end
  -- A new version each: who reads the plan or the audit log with it sees that this one is over.
  if outcome ~= 'changed' or not verb or #planned.fields > 0 then set(planned.fields, status) end
  audit_log(KEYS[4], 'planned_change', planned.by, detail, before, after)
end
return { 'done', done }
