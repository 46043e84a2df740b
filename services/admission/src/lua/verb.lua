-- run_verb: an operator's verb on the status, as in packages/contracts/src/sale-status.ts: open | pause | resume | close. Returns what came of it, the
-- status after it, the one before and the version before; nil for no sale. expected: the version that the sale must have for a change, or nil: otherwise it
-- is a conflict, and nothing changes. k: as of move, and planned. Planned changes of a sale that was or is closed are dropped.
local function run_verb(k, name, expected)
  local version = tonumber(redis.call('HGET', k.sale, 'version') or nil)
  local from, phase, order = settled_status(k)
  if not from then return nil end
  local stored = redis.call('HMGET', k.sale, 'status', 'closesAt', 'opensAt', 'pauseAfterDraw')
  local opening = phase == 'ahead' and order == 'random' and 'drawing' or 'open'
  local is_due = stored[3] and stored[3] ~= '' and tonumber(stored[3]) <= now
  local moves = {
    open = { scheduled = opening, lobby = opening, closed = 'open', open = 'open' },
    pause = { lobby = 'paused', drawing = 'drawing', open = 'paused', paused = 'paused' },
    resume = { lobby = 'lobby', drawing = 'drawing', paused = phase == 'ahead' and not is_due and 'lobby' or opening, open = 'open' },
    close = { scheduled = 'closed', lobby = 'closed', drawing = 'closed', open = 'closed', paused = 'closed', closed = 'closed' },
  }
  local to = moves[name][from]
  if not to then return 'invalid', from, from, version end
  local past = { open = 'opened', pause = 'paused', resume = 'resumed', close = 'closed' }
  -- A pause of a drawing takes effect after it.
  local pausing = name == 'pause' and '1' or ''
  local is_unchanged = to == from and stored[1] == to and (to ~= 'drawing' or (stored[4] or '') == pausing)
  if not is_unchanged and expected and expected ~= version then return 'conflict', from, from, version end
  if from == 'closed' or to == 'closed' then redis.call('UNLINK', k.planned) end
  if is_unchanged then return 'unchanged', to, from, version end
  if name == 'open' and phase == 'ahead' then redis.call('HSET', k.sale, 'opensAt', string.format('%.0f', now)) end
  move(k, to, to ~= 'drawing' and past[name] or from == 'drawing' and past[name] or nil)
  if to == 'drawing' then redis.call('HSET', k.sale, 'pauseAfterDraw', pausing) end
  -- A closing time that has passed would close the reopened sale at once.
  if to == 'open' and stored[2] and stored[2] ~= '' and tonumber(stored[2]) <= now then redis.call('HSET', k.sale, 'closesAt', '') end
  return 'changed', to, from, version
end
