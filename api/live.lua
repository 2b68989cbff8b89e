#!lua name=tallscreen

-- Board of one award. Keys: the board (hash) and the ids of applied batches (sorted set, score = time), both under one hash tag.
--   board:  rows, ballots, and per entry v:<entry> votes, s:<entry> sum of values

-- Applies one committed batch, once.
-- args: batch id, now (ms), rows, new ballots, then per entry: entry, change in votes, change in sum
-- returns 1 applied, 0 known already, -1 no board here (it must be rebuilt from the ledger)
local function apply_batch(keys, args)
  if redis.call('EXISTS', keys[1]) == 0 then return -1 end
  if redis.call('ZADD', keys[2], 'NX', args[2], args[1]) == 0 then return 0 end
  redis.call('HINCRBY', keys[1], 'rows', args[3])
  redis.call('HINCRBY', keys[1], 'ballots', args[4])
  for i = 5, #args, 3 do
    redis.call('HINCRBY', keys[1], 'v:' .. args[i], args[i + 1])
    redis.call('HINCRBY', keys[1], 's:' .. args[i], args[i + 2])
  end
  redis.call('ZREMRANGEBYSCORE', keys[2], '-inf', args[2] - 600000)
  redis.call('EXPIRE', keys[2], 1200)
  return 1
end

-- Puts a recount in place of the board and marks the batches the recount saw.
-- args: now (ms), number of batches, the batch ids, then field, value pairs of the board
local function set_board(keys, args)
  local batches = tonumber(args[2])
  redis.call('DEL', keys[1], keys[2])
  for i = 3, 2 + batches do redis.call('ZADD', keys[2], args[1], args[i]) end
  for i = 3 + batches, #args, 2 do redis.call('HSET', keys[1], args[i], args[i + 1]) end
  if batches > 0 then redis.call('EXPIRE', keys[2], 1200) end
  return 1
end

-- Generic cell rate algorithm: one key holds the time at which the bucket is empty again.
-- args: now (ms), milliseconds between two allowed calls, burst
-- returns 0 allowed, else the milliseconds to wait
local function limit(keys, args)
  local now, interval, burst = tonumber(args[1]), tonumber(args[2]), tonumber(args[3])
  local free = math.max(tonumber(redis.call('GET', keys[1]) or now), now)
  local wait = free - (burst - 1) * interval - now
  if wait > 0 then return math.ceil(wait) end
  redis.call('SET', keys[1], string.format('%.0f', free + interval), 'PX', math.ceil(free + interval - now))
  return 0
end

redis.register_function('apply_batch', apply_batch)
redis.register_function('set_board', set_board)
redis.register_function('limit', limit)
