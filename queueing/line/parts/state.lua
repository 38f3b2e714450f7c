-- What every function of the line begins with.
--
-- KEYS     the line's, in the order of the names below
-- ARGV[1]  the time in ms, where a test chooses it; '' else, and the server's clock counts
-- answers  'lost' where Redis knows nothing of the line, else what each function says of itself
local STATE, LINE, SEEN, ACTIVE, CALLED, CALLS, GONE, SPENT, EARLY = unpack(KEYS)

local BATCH = 500 -- people that one call handles at most, so that Redis has time for others
local MINUTE = 60000
local BURST = 3000 -- ms: at most what the rate allows in so long is called at once
local KNOWN = 10000 -- ms: so long a line has to move until its speed is told
local MOST_NO_SHOWS = 0.5 -- of which the rate takes account: it is never more than doubled
local MILLION = 1000000 -- fractions are answered in millionths: Redis sends whole numbers only

local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Packed, as some thirty fields of a hash would be read and turned into numbers one by one.
local stored = redis.call('GET', STATE)
local lost = not stored
local known = stored and cmsgpack.unpack(stored) or {}
local state = setmetatable(known, { __index = function() return 0 end })
local changed = false

local function set(name, value)
  if state[name] ~= value then
    state[name] = value
    changed = true
  end
end

local function count(name, by)
  set(name, state[name] + by)
end

local function save()
  if changed then
    redis.call('SET', STATE, cmsgpack.pack(state))
  end
end

local function num_waiting()
  return redis.call('ZCARD', LINE)
end

local function num_active()
  return redis.call('ZCARD', ACTIVE)
end

local function num_early()
  return state.early == 1 and redis.call('ZCARD', EARLY) or 0
end

-- Before this nobody is let in, and who comes draws for their place; 0 where there is no such time.
local function opening()
  return state.opens_at > 0 and math.max(state.opens_at, state.opens_late) or 0
end

-- Whether newcomers have to wait, in automatic mode.
local function is_on()
  return state.on == 1 or now < opening()
end

-- While places are drawn, those who have one already may stand anywhere in their range.
local function frontier()
  local first = redis.call('ZRANGE', LINE, 0, 0, 'WITHSCORES')
  local last_gone = first[2] and tonumber(first[2]) - 1 or state.next
  return state.drawing == 1 and math.min(last_gone, state.num_early) or last_gone
end

local function effective_rate()
  return math.floor(state.rate / (1 - math.min(state.no_show_share, MOST_NO_SHOWS)))
end

-- In the order of the fields of `answers.Room`.
local function room()
  -- How many numbers the frontier passes in a second; what it does at first may be a burst.
  local speed = state.passed_in >= KNOWN and state.passed / state.passed_in * 1000 or 0
  return {
    now, state.version, state.epoch, state.mode, is_on() and 1 or 0, state.threshold, state.rate,
    effective_rate(), num_waiting(), num_active(), redis.call('HLEN', CALLED), frontier(),
    state.next, state.recovering_until, state.settings_version, state.joined, state.called,
    state.entered, state.left, state.evicted, state.ended, state.no_shows,
    math.floor(state.no_show_share * MILLION), num_early(), state.num_early, state.drawing,
    opening(), state.recent, math.floor(speed * MILLION),
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
  local ticket = state.early == 1 and redis.call('ZSCORE', EARLY, person)
  if ticket then
    return 'early', tonumber(ticket), -1, tonumber(redis.call('ZSCORE', SEEN, person)) or -1
  end
  return 'absent', -1, -1, -1
end

-- In the order of the fields of `answers.Standing`.
local function answer(person, word, number, ahead, good_until)
  local mode = state.mode
  if (word == 'waiting' or word == 'early') and (mode == 'off' or mode == 'closed') then
    word = mode == 'off' and 'open' or 'closed'
  elseif word == 'absent' then
    if mode == 'off' or (mode == 'automatic' and not is_on()) then
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

-- Answers that the line is so many numbers short, which PostgreSQL has to give.
local function ask_for(number)
  save()
  return string.format('reserve %d', number)
end
