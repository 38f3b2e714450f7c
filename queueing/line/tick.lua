-- One beat of admission. All limits are by time, so that it may run twice at once or not at all.
--
-- ARGV     what is left to sell, -1 where nobody knows; how many of the active have theirs already
-- answers  the people called with their numbers, whether a batch was full, what happened since the
--          last tick, the room; or 'reserve' and how many numbers are short for the draw
-- It costs what it changes: nothing in it looks at those who stay where they are.
local stock, holders = tonumber(ARGV[2]), tonumber(ARGV[3])

local CALM, CALM_SHARE = 60000, 0.8 -- how long, and below which share of the threshold
local GAP = 10000 -- without a tick for so long, Redis or all of us have been away
local MEMORY = 60000 -- ms: how far back the speed of the line looks, about

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
  if #silent > 0 then
    drop(silent)
    count('evicted', #silent)
  end
  return #silent
end

local function is_standstill()
  local mode = state.mode
  return mode == 'off' or mode == 'paused' or mode == 'closed' or stock == 0
    or now < state.recovering_until or now < opening() or state.drawing == 1 or deaf()
end

-- Where tickets are few, as many shop for them as there are: who waits may still get one back.
local function num_worth_calling()
  if stock < 0 then
    return num_waiting()
  end
  return math.min(num_waiting(), stock - math.max(0, num_active() - holders))
end

local late = 0 -- ms: how long ago the beat before this was

local function num_to_call()
  if is_standstill() then
    return 0
  end
  return math.max(0, math.min(num_to_let_in(), pace(late), num_worth_calling()))
end

-- How many numbers the frontier has passed, but for those that a loss or a draw has left empty.
local function num_passed(front, num_called)
  for _, empty in ipairs({ 'before', 'num_early' }) do
    if state.measured < state[empty] and state[empty] <= front then
      return num_called
    end
  end
  return math.max(0, front - state.measured)
end

-- Measures how fast the line moves, while it has people and may move.
local function measure(standstill, num_called)
  local front, took = frontier(), now - state.measured_at
  if state.had_people == 1 and not standstill and took >= 0 and took <= GAP then
    local kept = math.exp(-took / MEMORY)
    set('passed', state.passed * kept + num_passed(front, num_called))
    set('passed_in', state.passed_in * kept + took)
  end
  set('measured', front)
  set('measured_at', now)
  set('had_people', num_waiting() > 0 and 1 or 0)
end

-- Each thing that is counted has happened before exactly one tick.
local function news()
  local counts = {
    state.joined, state.called, state.entered, state.left + state.evicted, state.no_shows,
  }
  local said, i = {}, 0
  for before in string.gmatch(state.told == 0 and '0 0 0 0 0' or state.told, '%d+') do
    i = i + 1
    said[i] = counts[i] - tonumber(before)
  end
  set('told', string.format('%d %d %d %d %d', unpack(counts)))
  return said
end

-- Automatic rooms close up at the threshold, and open when the line has been gone for a while.
local function switch()
  local active, waiting = num_active(), num_waiting() + num_early()
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
local short = open_up()
if short > 0 then
  return ask_for(short)
end
if now - state.ticked > GAP then
  set('heard_again', now)
end
local most = 0
late = math.min(now - state.ticked, GAP)
set('ticked', math.max(now, state.ticked))
if not deaf() then
  if now >= state.heard_again + state.recovery_ms then
    most = math.max(most, end_leases())
  end
  if now >= state.heard_again + state.grace_ms then
    most = math.max(most, evict())
  end
end
end_draw()
redis.call('ZREMRANGEBYSCORE', GONE, '-inf', now)
num_recent()
local standstill = is_standstill()
local wanted = num_to_call()
local called = wanted > 0 and call(math.min(wanted, BATCH)) or {}
if #called > 0 then
  note_calls(#called / 2)
end
measure(standstill, #called / 2)
switch()
set('version', math.max(state.version + 1, now))
local said = news()
save()
return { called, math.max(most, wanted) >= BATCH and 1 or 0, said, room() }
