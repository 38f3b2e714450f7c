-- Lets somebody who came as a guest go on as the user they are, with the better of two places.
--
-- ARGV     the guest, the user
-- answers  how the user stands
local guest, user = ARGV[2], ARGV[3]
if lost then
  return 'lost'
end
local lease = redis.call('ZSCORE', ACTIVE, guest)
local number = redis.call('ZSCORE', LINE, guest)
if lease then
  local called = redis.call('HGET', CALLED, guest)
  redis.call('ZREM', ACTIVE, guest)
  redis.call('HDEL', CALLED, guest)
  revoke(guest)
  step_out(user)
  if redis.call('ZADD', ACTIVE, 'GT', 'CH', lease, user) == 1 and called then
    redis.call('HSET', CALLED, user, called)
  end
  redis.call('ZREM', GONE, user)
elseif number then
  local other = redis.call('ZSCORE', LINE, user)
  redis.call('ZREM', LINE, guest)
  redis.call('ZREM', SEEN, guest)
  if not redis.call('ZSCORE', ACTIVE, user) then
    stand(user, math.min(tonumber(number), tonumber(other) or math.huge))
  end
end
beat(user)
save()
return tell(user)
