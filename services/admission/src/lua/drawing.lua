-- drawing: 'no_sale' | 'over' | 'fenced' when this leader must not go on with the draw; nil when it may.
local function drawing(sale_key, flow_key, epoch)
  local status, phase = status_of(sale_key)
  if not status then return 'no_sale' end
  if status ~= 'drawing' or phase ~= 'drawing' then return 'over' end
  if tonumber(redis.call('HGET', flow_key, 'epoch') or 0) ~= tonumber(epoch) then return 'fenced' end
  return nil
end
