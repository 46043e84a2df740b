-- not_here: why nothing is bought or confirmed in this sale by its visitors: a gate has nothing, and some shops confirm themselves. And the generation
-- of the sale.
local function not_here(sale_key, confirms)
  local sale = redis.call('HMGET', sale_key, 'kind', 'confirmBy', 'createdAt')
  if sale[1] == 'gate' then return 'sale_is_gate', sale[3] end
  return confirms and sale[2] == 'shop' and 'confirm_by_shop' or nil, sale[3]
end
-- is_earlier: whether a token is one of an earlier sale of this id; of '', none is. A member has the same visitor id in both.
local function is_earlier(of, generation)
  return of ~= '' and of ~= generation
end
