-- ARGV     person
-- answers  how they stand, or 'reserve' where all numbers have been given
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
local function line_up()
  set('on', 1)
  count('next', 1)
  count('joined', 1)
  set('calm_since', 0)
  stand(person, state.next)
  save()
  return answer(person, 'waiting', state.next, num_waiting() - 1, now + grace(person))
end

if lost then
  return 'lost'
end
local mode = state.mode
if not beat(person) and mode ~= 'off' and mode ~= 'closed' and mode ~= 'drain' then
  hear()
  local open = mode == 'automatic' and state.on == 0 and num_waiting() == 0
  if open and num_to_let_in() > 0 then
    let_in()
  elseif state.next < state.reserved then
    return line_up()
  else
    save()
    return 'reserve'
  end
end
save()
return tell(person)
