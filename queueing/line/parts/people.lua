-- People: who is heard of, who stands in line, who is in, and who has gone.

local WEIGHT = 0.02 -- of one person in the smoothed share of no-shows
local BREATH = 20 -- ms: no server is back so soon, so that who was heard since needs no look at it
local SILENCE, CROWD = 60000, 5 -- so many people who are silent for so long cannot be heard
local DEAF_AT_MOST = 900000 -- after that they have gone, whatever the reason was

-- When a crowd falls silent at once it is we who cannot hear. Nothing may then count against them.
local function deaf()
  local silence = now - state.heard
  if silence <= SILENCE or silence >= DEAF_AT_MOST then
    return false
  end
  return num_waiting() + num_early() + num_active() >= CROWD
end

-- Who was in front may not be back yet, so nobody is called for a while.
local function recover()
  if state.next > 0 then
    set('recovering_until', now + state.recovery_ms)
    set('on', 1)
    set('calm_since', 0)
  end
end

local function server_run()
  local said = redis.pcall('INFO', 'server')
  return 'run ' .. (type(said) == 'string' and said:match('run_id:(%x+)') or '')
end

-- A server that comes back may have forgotten its last second, and with it numbers it has given.
-- So the rest of the block is given up, and people may bring back what they were given of it.
local function notice_restart()
  local run = server_run()
  if run ~= state.run then
    set('run', run)
    set('before', state.reserved)
    set('next', state.reserved)
    recover()
  end
end

local function hear()
  if now - state.heard >= BREATH then
    notice_restart()
  end
  if deaf() then
    set('heard_again', now)
  end
  set('heard', math.max(now, state.heard))
end

local function grace(person)
  return person:sub(1, 1) == 'u' and state.grace_signed_in_ms or state.grace_ms
end

local function stand(person, number)
  redis.call('ZADD', LINE, number, person)
  redis.call('ZADD', SEEN, now + grace(person), person)
end

-- Has somebody wait for the draw; tickets and numbers are given by the same counter.
local function stand_early(person, ticket)
  redis.call('ZADD', EARLY, ticket, person)
  redis.call('ZADD', SEEN, now + grace(person), person)
  set('early', 1)
end

-- A number that has left the line never comes back: its proof could be shown again for ever.
local function spend(numbers)
  local bits = {}
  for _, number in ipairs(numbers) do
    bits[#bits + 1] = 'SET'
    bits[#bits + 1] = 'u1'
    bits[#bits + 1] = number
    bits[#bits + 1] = 1
  end
  if #bits > 0 then
    redis.call('BITFIELD', SPENT, unpack(bits))
  end
end

local function spend_those_of(people, key)
  local numbers = {}
  for _, number in ipairs(redis.call('ZMSCORE', key, unpack(people))) do
    if number then
      numbers[#numbers + 1] = number
    end
  end
  spend(numbers)
  redis.call('ZREM', key, unpack(people))
end

-- Takes people out of the line, or out of those who came early.
local function drop(people)
  spend_those_of(people, LINE)
  if state.early == 1 then
    spend_those_of(people, EARLY)
  end
  return redis.call('ZREM', SEEN, unpack(people))
end

local function step_out(person)
  return drop({ person }) == 1
end

local function revoke(person)
  redis.call('ZADD', GONE, now + state.pass_ms, person)
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
