#!lua flags=allow-oom
-- set-status: the operator's verbs, as in packages/contracts/src/sale-status.ts.
-- KEYS    1 sale   2 flow   3 events   4 audit-log   5 queue   6 lobby   7 departed bitmap   8 code-uses
--         9 code-holders
-- ARGV    1 by   2 open | pause | resume | close   3 reason, '' for an operator's action   4 expected version or ''
-- Returns {"changed"|"unchanged"|"invalid"|"conflict", status, version before} | {"no_sale", ""}
-- Keeps   I9; a repeated verb changes nothing
-- include: clock
-- include: status
-- include: emit
-- include: move
-- include: audit-log
local k = { sale = KEYS[1], flow = KEYS[2], events = KEYS[3], queue = KEYS[5], lobby = KEYS[6], departed = KEYS[7], code_uses = KEYS[8],
  code_holders = KEYS[9] }
local version = redis.call('HGET', KEYS[1], 'version')
local from, phase, order = settled_status(k)
if not from then return { 'no_sale', '' } end
local stored = redis.call('HMGET', KEYS[1], 'status', 'closesAt', 'opensAt', 'pauseAfterDraw')
local opening = phase == 'ahead' and order == 'random' and 'drawing' or 'open'
local is_due = stored[3] and stored[3] ~= '' and tonumber(stored[3]) <= now
local moves = {
  open = { scheduled = opening, lobby = opening, closed = 'open', open = 'open' },
  pause = { lobby = 'paused', drawing = 'drawing', open = 'paused', paused = 'paused' },
  resume = { lobby = 'lobby', drawing = 'drawing', paused = phase == 'ahead' and not is_due and 'lobby' or opening, open = 'open' },
  close = { scheduled = 'closed', lobby = 'closed', drawing = 'closed', open = 'closed', paused = 'closed', closed = 'closed' },
}
local to = moves[ARGV[2]][from]
if not to then return { 'invalid', from } end
local past = { open = 'opened', pause = 'paused', resume = 'resumed', close = 'closed' }
-- A pause of a drawing takes effect after it.
local pausing = ARGV[2] == 'pause' and '1' or ''
if to == from and stored[1] == to and (to ~= 'drawing' or (stored[4] or '') == pausing) then return { 'unchanged', to } end
if ARGV[4] ~= '' and tonumber(ARGV[4]) ~= tonumber(version) then return { 'conflict', from, tonumber(version) } end
if ARGV[2] == 'open' and phase == 'ahead' then redis.call('HSET', KEYS[1], 'opensAt', string.format('%.0f', now)) end
move(k, to, to ~= 'drawing' and past[ARGV[2]] or from == 'drawing' and past[ARGV[2]] or nil)
if to == 'drawing' then redis.call('HSET', KEYS[1], 'pauseAfterDraw', pausing) end
audit_log(KEYS[4], ARGV[2], ARGV[1], { from = from, why = ARGV[3] ~= '' and ARGV[3] or nil }, { status = from }, { status = to })
-- A closing time that has passed would close the reopened sale at once.
if to == 'open' and stored[2] and stored[2] ~= '' and tonumber(stored[2]) <= now then redis.call('HSET', KEYS[1], 'closesAt', '') end
return { 'changed', to }
