-- ARGV     how many
-- answers  so many of those who came early, with their tickets; nothing changes
if lost then
  return 'lost'
end
local some = redis.call('ZRANGE', EARLY, 0, tonumber(ARGV[2]) - 1, 'WITHSCORES')
for i = 2, #some, 2 do
  some[i] = tonumber(some[i])
end
return some
