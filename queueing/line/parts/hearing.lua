-- Hearing people: when they cannot be heard, it is not their fault.

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
