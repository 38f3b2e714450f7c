-- Leaves nothing of the line behind.
redis.call('UNLINK', unpack(KEYS))
return 'forgotten'
