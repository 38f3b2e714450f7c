-- Presence: who is heard of keeps what they have.

local WEIGHT = 0.02 -- of one person in the smoothed share of no-shows

local function grace(person)
  return person:sub(1, 1) == 'u' and state.grace_signed_in_ms or state.grace_ms
end

-- Has somebody wait in line, or for the draw; numbers and tickets are given by the same counter.
local function stand(person, number, early)
  redis.call('ZADD', early and EARLY or LINE, number, person)
  redis.call('ZADD', SEEN, now + grace(person), person)
  if early then
    set('early', 1)
  end
end

local function prolong(person, lease)
  redis.call('ZADD', ACTIVE, 'GT', 'XX', lease, person)
end

local function learn(no_show)
  set('no_show_share', state.no_show_share + WEIGHT * ((no_show and 1 or 0) - state.no_show_share))
end

local function is_early(person)
  return state.early == 1 and redis.call('ZSCORE', EARLY, person)
end

-- Notes that somebody who waits or is active has been heard of; tells whether they are either.
local function beat(person)
  if redis.call('ZSCORE', ACTIVE, person) then
    hear()
    if redis.call('HDEL', CALLED, person) == 1 then
      count('entered', 1)
      learn(false)
    end
    prolong(person, now + state.idle_ms)
    return true
  end
  if redis.call('ZSCORE', LINE, person) or is_early(person) then
    hear()
    redis.call('ZADD', SEEN, now + grace(person), person)
    return true
  end
  return false
end
