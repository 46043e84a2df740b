-- refusal_of: why a visitor gets no new place; nil when one is free. sale: what join read of it.
local function refusal_of(k, sale, visitor)
  if sale.status == 'scheduled' or sale.status == 'closed' then return 'sale_not_open' end
  if sale.sells and tonumber(redis.call('HGET', k.bought, visitor) or 0) >= sale.limit then return 'limit_exceeded' end
  if sale.sells and sale.left + sale.held == 0 then return 'sold_out' end
  return nil
end
-- give_number: a place at the end of the line; returns its seq. Older tokens of a visitor with an earlier place contain given-up numbers: the mark
-- invalidates them. "line": every earlier place ended in the line; "inside": one was active, so that the pace bounds these entries after the next end, too.
local function give_number(k, visitor, had_place)
  if had_place then
    local ended = redis.call('HGET', k.ended, visitor)
    local line = (not ended or ended == 'line') and redis.call('HEXISTS', k.bought, visitor) == 0
    emit(k.flow, k.events, 'rejoined', { visitor = visitor, seq = tonumber(redis.call('HGET', k.flow, 'seq') or 0) + 1 })
    redis.call('HSET', k.ended, visitor, line and 'line' or 'inside')
  end
  local given = redis.call('HINCRBY', k.flow, 'seq', 1)
  redis.call('ZADD', k.queue, string.format('%.0f', given), visitor)
  return given
end
-- enter_lobby: an entry without a number.
local function enter_lobby(k, visitor, had_place)
  if had_place then emit(k.flow, k.events, 'rejoined', { visitor = visitor }) end
  redis.call('ZADD', k.lobby, string.format('%.0f', now), visitor)
end
