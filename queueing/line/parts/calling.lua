-- Calling: who is at the head comes in.

-- How many may be called now, that a minute's rate is not used up in its first second: what was
-- called at once is missing a minute later, and again a minute after that. A late beat makes up.
local function pace(late)
  local rate = effective_rate() / MINUTE
  local credit = state.credit + (now - state.credited_at) * rate
  set('credit', math.max(0, math.min(credit, math.max(1, math.max(BURST, late) * rate))))
  set('credited_at', now)
  return math.floor(state.credit)
end

-- Calls so many from the head; returns people and numbers, one after the other.
local function call(number)
  local called = redis.call('ZPOPMIN', LINE, number)
  local leases, people, numbers = {}, {}, {}
  for i = 1, #called, 2 do
    leases[#leases + 1] = now + state.claim_ms
    leases[#leases + 1] = called[i]
    people[#people + 1] = called[i]
    numbers[#numbers + 1] = called[i + 1]
    called[i + 1] = tonumber(called[i + 1])
  end
  if #people > 0 then
    spend(numbers)
    redis.call('ZADD', ACTIVE, unpack(leases))
    redis.call('HSET', CALLED, unpack(called))
    redis.call('ZREM', SEEN, unpack(people))
    redis.call('ZREM', GONE, unpack(people))
    count('called', #people)
  end
  return called
end
