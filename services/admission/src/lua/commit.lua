-- commit: the seed of the draw and its commitment, once in the life of a sale. Returns the commitment. Nothing but the draw reads the seed.
local function commit(sale_key, seed_key, seed, commitment)
  local known = redis.call('HGET', sale_key, 'commitment')
  if known then return known end
  redis.call('SET', seed_key, seed)
  redis.call('HSET', sale_key, 'commitment', commitment)
  return commitment
end
