-- place_of: the row of a visitor who is here; nil for one who is not. sale: what join read of it.
local function place_of(k, sale, visitor)
  local seq = redis.call('ZSCORE', k.queue, visitor)
  local position = seq and redis.call('ZRANK', k.queue, visitor) + 1 + ahead_of(sale.phase, tonumber(seq), k.flow, k.queue, k.lobby)
  if seq then return { 'waiting', tonumber(seq), position, 0, 0, visitor, 0 } end
  local deadline = redis.call('ZSCORE', k.active, visitor)
  if deadline and tonumber(deadline) > now then return { 'admitted', 0, 0, tonumber(deadline), redis.call('HEXISTS', k.sessions, visitor), visitor, 0 } end
  if deadline then expire_visitor(k, visitor) end
  local in_lobby = (sale.phase == 'ahead' or sale.phase == 'drawing') and tonumber(redis.call('ZSCORE', k.lobby, visitor) or 0) > 0
  return in_lobby and { 'lobby', 0, 0, 0, 0, visitor, 0 } or nil
end
-- new_place: the row of a visitor who is not here: a place at the end of all, or the refusal. e: see entrance.lua.
local function new_place(k, sale, visitor, had_place, e)
  local why = refusal_of(k, sale, visitor) or entrance_refusal(k, sale, visitor, e)
  if why then return { why, 0, 0, 0, 0, visitor, 0 } end
  if sale.for_members then had_place = redis.call('SADD', k.members, visitor) == 0 or had_place end
  local seq = 0
  if sale.in_lobby then enter_lobby(k, visitor, had_place) else seq = give_number(k, visitor, had_place) end
  if e.key then keep_join(k, sale, e, visitor, seq) end
  if sale.in_lobby then return { 'joined_lobby', 0, 0, 0, 0, visitor, 0 } end
  sale.waiting = sale.waiting + 1
  return { 'joined', seq, sale.waiting, 0, 0, visitor, 0 }
end
