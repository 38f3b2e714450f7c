-- Lets somebody who came as a guest go on as the user they are, with the better of two places.
--
-- ARGV     the guest, the user
-- answers  how the user stands
local guest, user = ARGV[2], ARGV[3]

local function place_of(person)
  local number = redis.call('ZSCORE', LINE, person)
  if number then
    return tonumber(number), false
  end
  local ticket = is_early(person)
  return ticket and tonumber(ticket) or math.huge, true
end

if lost then
  return 'lost'
end
local lease = redis.call('ZSCORE', ACTIVE, guest)
local number, early = place_of(guest)
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
elseif number < math.huge then
  if redis.call('ZSCORE', ACTIVE, user) or place_of(user) < number then
    step_out(guest)
  else
    step_out(user)
    redis.call('ZREM', LINE, guest)
    redis.call('ZREM', EARLY, guest)
    redis.call('ZREM', SEEN, guest)
    stand(user, number, early)
  end
end
beat(user)
save()
return tell(user)
