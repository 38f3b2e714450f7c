-- Notes that people are there, with a socket open. Who was called has to come by themselves.
--
-- ARGV     persons, a batch at most
-- answers  how many of them were there to be heard
if lost then
  return 'lost'
end
local people = { unpack(ARGV, 2) }
local called = redis.call('HMGET', CALLED, unpack(people))
local seen, leases, num_inside = {}, {}, 0
for i, lease in ipairs(redis.call('ZMSCORE', ACTIVE, unpack(people))) do
  if not lease then
    seen[#seen + 1] = now + grace(people[i])
    seen[#seen + 1] = people[i]
  else
    num_inside = num_inside + 1
    if not called[i] then
      leases[#leases + 1] = now + state.idle_ms
      leases[#leases + 1] = people[i]
    end
  end
end
local num_waiting = #seen > 0 and redis.call('ZADD', SEEN, 'XX', 'CH', unpack(seen)) or 0
if #leases > 0 then
  redis.call('ZADD', ACTIVE, 'GT', 'XX', unpack(leases))
end
if num_inside + num_waiting > 0 then
  hear()
end
save()
return num_inside + num_waiting
