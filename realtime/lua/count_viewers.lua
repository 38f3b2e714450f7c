-- Notes how many viewers a process has of each topic, or how many of them are typing, and answers
-- with the sums over all.
--
-- KEYS     one hash a topic: process → "<viewers> <good until, in ms>"
-- ARGV     process, lifetime in ms, then the process's viewers of each topic
-- answers  the server's clock in ms, then the sum of each topic
local process, lifetime = ARGV[1], tonumber(ARGV[2])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local answer = {now}
for i, key in ipairs(KEYS) do
  local mine = tonumber(ARGV[i + 2])
  if mine > 0 then
    redis.call('HSET', key, process, string.format('%d %d', mine, now + lifetime))
    redis.call('PEXPIRE', key, lifetime)
  else
    redis.call('HDEL', key, process)
  end
  local sum, entries = 0, redis.call('HGETALL', key)
  for j = 1, #entries, 2 do
    local viewers, until_ = string.match(entries[j + 1], '(%d+) (%d+)')
    if tonumber(until_) > now then
      sum = sum + tonumber(viewers)
    else
      redis.call('HDEL', key, entries[j])
    end
  end
  answer[i + 1] = sum
end
return answer
