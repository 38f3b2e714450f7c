-- Calling: how many may come in now, and who is next.

local SLOT = 100 -- ms: how finely the calls of the last minute are remembered

-- How many were let in during the last minute. A slot counts until its last moment is a minute ago.
local function num_recent()
  local first = redis.call('LINDEX', CALLS, 0)
  while first do
    local at, number = first:match('(%d+):(%d+)')
    at = tonumber(at)
    if at <= now and at + SLOT + MINUTE > now then
      break
    end
    redis.call('LPOP', CALLS)
    count('recent', -tonumber(number))
    first = redis.call('LINDEX', CALLS, 0)
  end
  return state.recent
end

-- How many may be called now, that a minute's rate is not used up in its first second.
local function pace()
  local rate = effective_rate() / MINUTE
  local credit = state.credit + (now - state.credited_at) * rate
  set('credit', math.max(0, math.min(credit, math.max(1, BURST * rate))))
  set('credited_at', now)
  return math.floor(state.credit)
end

local function note_calls(number)
  local slot = now - now % SLOT
  local last = redis.call('LINDEX', CALLS, -1)
  local at, before = (last or ''):match('(%d+):(%d+)')
  if tonumber(at) == slot then
    redis.call('LSET', CALLS, -1, string.format('%d:%d', slot, before + number))
  else
    redis.call('RPUSH', CALLS, string.format('%d:%d', slot, number))
  end
  count('recent', number)
  count('credit', -number)
end

local function num_to_let_in()
  return math.min(state.threshold - num_active(), effective_rate() - num_recent())
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
