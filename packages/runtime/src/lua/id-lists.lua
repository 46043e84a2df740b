-- list, set, text: ids as a text with commas, in order; as a table of id → true, of one or more lists; and back, sorted.
local function list(text)
  local all = {}
  for id in string.gmatch(text, '[^,]+') do all[#all + 1] = id end
  return all
end
local function set(...)
  local all = {}
  for _, ids in ipairs({ ... }) do for _, id in ipairs(ids) do all[id] = true end end
  return all
end
local function text(ids)
  local all = {}
  for id in pairs(ids) do all[#all + 1] = id end
  table.sort(all)
  return table.concat(all, ',')
end
