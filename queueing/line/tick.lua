-- One beat of admission. All limits are by time, so that it may run twice at once or not at all.
--
-- ARGV     what is left to sell, -1 where nobody knows
-- answers  the people called with their numbers, whether a batch was full, the room
-- It costs what it changes: nothing in it looks at those who stay where they are.
local stock = tonumber(ARGV[2])

local function end_leases()
  local over = redis.call('ZRANGE', ACTIVE, '-inf', now, 'BYSCORE', 'LIMIT', 0, BATCH)
  if #over == 0 then
    return 0
  end
  local revoked, num_no_shows = {}, 0
  for i, number in ipairs(redis.call('HMGET', CALLED, unpack(over))) do
    if number then
      num_no_shows = num_no_shows + 1
      learn(true)
    end
    revoked[#revoked + 1] = now + state.pass_ms
    revoked[#revoked + 1] = over[i]
  end
  redis.call('ZREM', ACTIVE, unpack(over))
  redis.call('HDEL', CALLED, unpack(over))
  redis.call('ZADD', GONE, unpack(revoked))
  count('no_shows', num_no_shows)
  count('ended', #over - num_no_shows)
  return #over
end

local function evict()
  local silent = redis.call('ZRANGE', SEEN, '-inf', now, 'BYSCORE', 'LIMIT', 0, BATCH)
  if #silent == 0 then
    return 0
  end
  spend(redis.call('ZMSCORE', LINE, unpack(silent)))
  redis.call('ZREM', LINE, unpack(silent))
  redis.call('ZREM', SEEN, unpack(silent))
  count('evicted', #silent)
  return #silent
end

local function num_to_call()
  local standstill = state.mode == 'off' or state.mode == 'paused' or state.mode == 'closed'
  if standstill or stock == 0 or now < state.recovering_until or deaf() then
    return 0
  end
  return math.max(0, math.min(num_to_let_in(), pace(), num_waiting()))
end

-- Automatic rooms close up at the threshold, and open when the line has been gone for a while.
local function switch()
  local active, waiting = num_active(), num_waiting()
  if waiting > 0 or active >= state.threshold then
    set('on', 1)
  end
  if waiting > 0 or active >= CALM_SHARE * state.threshold then
    set('calm_since', 0)
  elseif state.calm_since == 0 then
    set('calm_since', now)
  elseif now - state.calm_since >= CALM and now >= state.recovering_until then
    set('on', 0)
  end
end

if lost then
  return 'lost'
end
notice_restart()
if now - state.ticked > GAP then
  set('heard_again', now)
end
local most = 0
set('ticked', math.max(now, state.ticked))
if not deaf() then
  if now >= state.heard_again + state.recovery_ms then
    most = math.max(most, end_leases())
  end
  if now >= state.heard_again + state.grace_ms then
    most = math.max(most, evict())
  end
end
redis.call('ZREMRANGEBYSCORE', GONE, '-inf', now)
local wanted = num_to_call()
local called = wanted > 0 and call(math.min(wanted, BATCH)) or {}
if #called > 0 then
  note_calls(#called / 2)
end
switch()
set('version', math.max(state.version + 1, now))
save()
return { called, math.max(most, wanted) >= BATCH and 1 or 0, room() }
