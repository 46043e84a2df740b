-- traces: W3C traceparents of the callers, when the last argument begins with "traces"; it is removed. traces[i]: of the i-th caller, or nil.
local traces = {}
if #ARGV > 0 and string.sub(ARGV[#ARGV], 1, 7) == 'traces ' then
  for trace in string.gmatch(string.sub(ARGV[#ARGV], 8), '%S+') do traces[#traces + 1] = trace ~= '-' and trace or '' end
  ARGV[#ARGV] = nil
end
