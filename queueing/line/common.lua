-- What every function of the line begins with.
--
-- KEYS     the line's, in the order of the names below
-- ARGV[1]  the time in ms, where a test chooses it; '' else, and the server's clock counts
-- answers  'lost' where Redis knows nothing of the line, else what each function says of itself
local STATE, LINE, SEEN, ACTIVE, CALLED, CALLS, GONE, SPENT = unpack(KEYS)

local BATCH = 500 -- people that one call handles at most, so that Redis has time for others
local MINUTE = 60000
local SLOT = 100 -- ms: how finely the calls of the last minute are remembered
local BURST = 10000 -- ms: at most what the rate allows in so long is called at once
local WEIGHT = 0.02 -- of one person in the smoothed share of no-shows
local MOST_NO_SHOWS = 0.5 -- of which the rate takes account: it is never more than doubled
local CALM, CALM_SHARE = 60000, 0.8 -- how long, and below which share of the threshold
local BREATH = 20 -- ms: no server is back so soon, so that who was heard since needs no look at it
local GAP = 10000 -- without a tick for so long, Redis or all of us have been away
local SILENCE, CROWD = 60000, 5 -- so many people who are silent for so long cannot be heard
local DEAF_AT_MOST = 900000 -- after that they have gone, whatever the reason was

local function clock()
  if ARGV[1] ~= '' then
    return tonumber(ARGV[1])
  end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local now = clock()
local stored = redis.call('HGETALL', STATE)
local lost = #stored == 0
local state = setmetatable({}, { __index = function() return 0 end })
for i = 1, #stored, 2 do
  state[stored[i]] = tonumber(stored[i + 1]) or stored[i + 1]
end

local changed = {}

local function set(name, value)
  if state[name] ~= value then
    state[name] = value
    changed[name] = true
  end
end

local function count(name, by)
  set(name, state[name] + by)
end

local function save()
  local fields = {}
  for name in pairs(changed) do
    fields[#fields + 1] = name
    fields[#fields + 1] = state[name]
  end
  if #fields > 0 then
    redis.call('HSET', STATE, unpack(fields))
  end
end

local function num_waiting()
  return redis.call('ZCARD', LINE)
end

local function num_active()
  return redis.call('ZCARD', ACTIVE)
end

local function frontier()
  local first = redis.call('ZRANGE', LINE, 0, 0, 'WITHSCORES')
  return first[2] and tonumber(first[2]) - 1 or state.next
end

local function effective_rate()
  return math.floor(state.rate / (1 - math.min(state.no_show_share, MOST_NO_SHOWS)))
end

-- In the order of the fields of `answers.Room`.
local function room()
  return {
    now, state.version, state.epoch, state.mode, state.on, state.threshold, state.rate,
    effective_rate(), num_waiting(), num_active(), redis.call('HLEN', CALLED), frontier(),
    state.next, state.recovering_until, state.settings_version, state.joined, state.called,
    state.entered, state.left, state.evicted, state.ended, state.no_shows,
    math.floor(state.no_show_share * 1000000),
  }
end

-- How somebody stands: word, number, how many are ahead, until when that is good.
local function standing(person)
  local lease = redis.call('ZSCORE', ACTIVE, person)
  if lease then
    local number = redis.call('HGET', CALLED, person)
    return number and 'called' or 'entered', tonumber(number) or -1, -1, tonumber(lease)
  end
  local rank = redis.call('ZRANK', LINE, person)
  if rank then
    local number = tonumber(redis.call('ZSCORE', LINE, person))
    return 'waiting', number, rank, tonumber(redis.call('ZSCORE', SEEN, person)) or -1
  end
  return 'absent', -1, -1, -1
end

-- In the order of the fields of `answers.Standing`.
local function answer(person, word, number, ahead, good_until)
  local mode = state.mode
  if word == 'waiting' and (mode == 'off' or mode == 'closed') then
    word = mode == 'off' and 'open' or 'closed'
  elseif word == 'absent' then
    if mode == 'off' or (mode == 'automatic' and state.on == 0) then
      word = 'open'
    elseif mode == 'closed' or mode == 'drain' then
      word = 'closed'
    end
  end
  local gone_until = tonumber(redis.call('ZSCORE', GONE, person)) or 0
  return { word, number, ahead, good_until, gone_until > now and 1 or 0, room() }
end

local function tell(person)
  return answer(person, standing(person))
end

-- When a crowd falls silent at once it is we who cannot hear. Nothing may then count against them.
local function deaf()
  local silence = now - state.heard
  return silence > SILENCE and silence < DEAF_AT_MOST and num_waiting() + num_active() >= CROWD
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

-- A number that has left the line never comes back: its proof could be shown again for ever.
local function spend(numbers)
  local bits = {}
  for _, number in ipairs(numbers) do
    bits[#bits + 1] = 'SET'
    bits[#bits + 1] = 'u1'
    bits[#bits + 1] = number
    bits[#bits + 1] = 1
  end
  redis.call('BITFIELD', SPENT, unpack(bits))
end

local function step_out(person)
  local number = redis.call('ZSCORE', LINE, person)
  if not number then
    return false
  end
  spend({ number })
  redis.call('ZREM', LINE, person)
  redis.call('ZREM', SEEN, person)
  return true
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
  if redis.call('ZSCORE', LINE, person) then
    hear()
    redis.call('ZADD', SEEN, now + grace(person), person)
    return true
  end
  return false
end

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
