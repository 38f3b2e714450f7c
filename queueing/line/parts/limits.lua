-- The limits: how many were let in, and how many may be.

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
