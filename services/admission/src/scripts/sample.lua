#!lua
-- sample: one row of a sale's stats, for charts: one a tick for an hour, one a minute for the report of the whole sale; and the forecast by them. An
--         observation: no decision depends on it, and a lost one is not repeated.
-- KEYS    1 sale   2 flow   3 queue   4 active   5 stock   6 browsers   7 samples stream   8 minutes stream
-- ARGV    1 forecast as JSON, or '' to keep the last one   2 chances as JSON
-- Returns ms of the row | 0 when there is no sale, or a row of this millisecond exists
-- include: clock
-- include: status
-- include: browsers
-- include: last-wait
local status = status_of(KEYS[1])
if not status then return 0 end
if ARGV[1] ~= '' then redis.call('HSET', KEYS[2], 'forecast', ARGV[1], 'chances', ARGV[2]) end
local function newest(stream)
  local entry = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
  if not entry then return 0 end
  return tonumber(string.match(entry[1], '^%d+')), entry[2][2]
end
local last_at, last_row = newest(KEYS[7])
if last_at == now then return 0 end
-- After a backward jump of Redis's clock: ids only grow, so the rows from the future are removed.
if last_at > now then
  redis.call('UNLINK', KEYS[7])
  redis.call('HDEL', KEYS[2], 'waitRow')
  last_row = nil
end
local flow = redis.call('HMGET', KEYS[2], 'admitted', 'purchased', 'epoch', 'completed', 'abandoned', 'seq', 'frontier')
local stock = redis.call('HMGET', KEYS[5], 'left', 'held', 'sold')
-- Nobody was admitted since the row before: its wait stands, and a sale at rest has equal rows.
local frontier_before, wait_before = string.match(last_row or '', '^' .. string.rep('%S+ ', 15) .. '(%S+) %S+ %S+ (%S+)')
local wait = frontier_before == (flow[7] or '0') and wait_before or string.format('%.0f', last_wait(KEYS[2], KEYS[7], tonumber(flow[7] or 0)))
local browsers, estimates, errors = browsers_of(KEYS[6])
local counts = table.concat({ redis.call('ZCARD', KEYS[3]), redis.call('ZCARD', KEYS[4]), flow[1] or 0, flow[2] or 0, stock[1] or 0, stock[2] or 0,
  stock[3] or 0, browsers, string.format('%.0f', estimates), string.format('%.3f', errors), flow[3] or 0 }, ' ')
local totals = table.concat({ flow[4] or 0, flow[5] or 0, flow[6] or 0, flow[7] or 0,
  status == 'open' and redis.call('HGET', KEYS[1], 'admitPerSecond') or 0, redis.call('HGET', KEYS[1], 'activeLimit') or 0,
  tonumber(flow[7] or 0) > 0 and wait or 0 }, ' ')
local function row_after(at)
  return counts .. ' ' .. (at > 0 and string.format('%.0f', math.max(0, now - at)) or 0) .. ' ' .. totals
end
local function append(stream, at, row, kept_ms)
  redis.call('XADD', stream, 'MINID', '~', string.format('%.0f', now - kept_ms), string.format('%.0f-0', at), 'row', row)
end
append(KEYS[7], now, row_after(last_at), limits.samplesMs)

local minute_at, minute_row = newest(KEYS[8])
-- The whole sale is worth more than the minutes until the clock is there again.
if minute_at - now > limits.samplesMs then
  redis.call('UNLINK', KEYS[8])
  minute_at, minute_row = 0, nil
end
if now - minute_at < limits.minuteMs then return now end
-- Equal but for the time since the row before: a sale at rest costs nothing.
local since = '^(' .. string.rep('%S+ ', 11) .. ')%S+'
if minute_row and string.gsub(minute_row, since, '%1') == string.gsub(row_after(0), since, '%1') then return now end
-- After a rest, the row of the tick before ends it: lines between rows stay true.
if last_row and minute_row and last_at > minute_at and now - minute_at > 2 * limits.minuteMs then
  append(KEYS[8], last_at, last_row, limits.minutesMs)
end
append(KEYS[8], now, row_after(minute_at), limits.minutesMs)
redis.call('PEXPIRE', KEYS[8], string.format('%.0f', limits.minutesMs))
return now
