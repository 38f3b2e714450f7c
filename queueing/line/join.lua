-- ARGV     person
-- answers  how they stand, or 'reserve' and how many numbers are short
local person = ARGV[2]

local function let_in()
  redis.call('ZADD', ACTIVE, now + state.idle_ms, person)
  redis.call('ZREM', GONE, person)
  note_calls(1)
  count('joined', 1)
  count('called', 1)
  count('entered', 1)
end

-- Says at once what looking would find: in a rush most that is asked of a line is this.
local function line_up(early)
  count('next', 1)
  count('joined', 1)
  stand(person, state.next, early)
  if not early then
    set('on', 1)
    set('calm_since', 0)
  end
  save()
  local told = answer(person, early and 'early' or 'waiting', state.next, -1, now + grace(person))
  if not early then
    told[3] = told[6][9] - 1 -- all who wait are ahead, and have been counted already
  end
  return told
end

if lost then
  return 'lost'
end
local short = open_up()
if short > 0 then
  return ask_for(short)
end
local mode = state.mode
if not beat(person) and mode ~= 'off' and mode ~= 'closed' and mode ~= 'drain' then
  hear()
  -- An epoch has one draw: its seed is known afterwards.
  local early = now < opening() and state.num_early == 0
  local open = mode == 'automatic' and not is_on() and num_waiting() == 0
  if open and num_to_let_in() > 0 then
    let_in()
  else
    short = (early and 2 or 1) * (state.next + 1) - state.reserved
    if short > 0 then
      return ask_for(short)
    end
    return line_up(early)
  end
end
save()
return tell(person)
