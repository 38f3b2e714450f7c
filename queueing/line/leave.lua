-- Gives up somebody's place, their admission, or both; passes they hold are void from now on.
--
-- ARGV     person; what they give up: 'all' or 'admission'
-- answers  how they stand
local person, what = ARGV[2], ARGV[3]
if lost then
  return 'lost'
end
local left = what == 'all' and step_out(person)
if redis.call('ZREM', ACTIVE, person) == 1 then
  redis.call('HDEL', CALLED, person)
  left = true
end
if left then
  count('left', 1)
end
if left or what == 'all' then
  revoke(person)
end
save()
return tell(person)
