-- trail: writes down what an operator did, in the same step. by: JSON {operator, address}.
local function trail(trail_key, action, by, detail)
  redis.call('XADD', trail_key, 'MAXLEN', '~', '10000', '*', 'at', string.format('%.0f', now), 'action', action, 'by', by, 'detail', cjson.encode(detail))
end
