#!lua name=tallscreen_VERSION

-- Keys of one award, all under one hash tag:
--   board    hash: epoch (a word that changes with each rebuild), rows, ballots, per entry v:<entry> votes, s:<entry> sum of values
--   batches  sorted set: ids of applied batches, score = time
--   told     exists for half a second after news of the board
--   own      one hash per ballot: <question> -> "<revision> <vote as JSON>", whole = epoch at which all of its votes were known

local HOUR, DAY = 3600, 86400

-- News of a board, at most twice a second. args: channel, topic
local function tell(keys, args)
  if not redis.call('SET', keys[1], 1, 'NX', 'PX', 500) then return 0 end
  redis.call('PUBLISH', args[1], args[2])
  return 1
end

-- One answer of a ballot, unless a later one is known.
local function keep(key, question, revision, vote)
  local known = redis.call('HGET', key, question)
  if known and tonumber(string.match(known, '^%d+')) >= tonumber(revision) then return end
  redis.call('HSET', key, question, revision .. ' ' .. vote)
end

-- Applies one committed batch, once.
-- keys: board, batches, told, then one own key per vote
-- args: channel, topic, batch id, now (ms), rows, new ballots, number of changes, per change: entry, votes, sum;
--       then per vote: question, revision, JSON
-- returns 2 applied and not told, 1 applied and told, 0 known already, -1 no board here (it must be rebuilt from the ledger)
local function apply_batch(keys, args)
  local first = 8 + 3 * tonumber(args[7])
  for i = 4, #keys do
    local at = first + 3 * (i - 4)
    keep(keys[i], args[at], args[at + 1], args[at + 2])
    redis.call('EXPIRE', keys[i], DAY)
  end
  if redis.call('EXISTS', keys[1]) == 0 then return -1 end
  if redis.call('ZADD', keys[2], 'NX', args[4], args[3]) == 0 then return 0 end
  redis.call('HINCRBY', keys[1], 'rows', args[5])
  redis.call('HINCRBY', keys[1], 'ballots', args[6])
  for i = 8, first - 1, 3 do
    redis.call('HINCRBY', keys[1], 'v:' .. args[i], args[i + 1])
    redis.call('HINCRBY', keys[1], 's:' .. args[i], args[i + 2])
  end
  redis.call('ZREMRANGEBYSCORE', keys[2], '-inf', args[4] - 600000)
  redis.call('EXPIRE', keys[2], HOUR)
  return tell({keys[3]}, {args[1], args[2]}) == 1 and 1 or 2
end

-- Puts a recount in place of the board and marks the batches the recount saw.
-- args: now (ms), number of batches, the batch ids, then field, value pairs of the board
local function set_board(keys, args)
  local batches = tonumber(args[2])
  redis.call('DEL', keys[1], keys[2])
  for i = 3, 2 + batches do redis.call('ZADD', keys[2], args[1], args[i]) end
  for i = 3 + batches, #args, 2 do redis.call('HSET', keys[1], args[i], args[i + 1]) end
  if batches > 0 then redis.call('EXPIRE', keys[2], HOUR) end
  return 1
end

-- What a ballot has voted, or false where something may have been missed: a board built anew makes all of it doubtful.
-- keys: board, own
local function own_votes(keys, args)
  local epoch = redis.call('HGET', keys[1], 'epoch')
  if not epoch or redis.call('HGET', keys[2], 'whole') ~= epoch then return false end
  local votes, fields = {}, redis.call('HGETALL', keys[2])
  for i = 1, #fields, 2 do
    if fields[i] ~= 'whole' then votes[#votes + 1] = string.match(fields[i + 1], '^%d+ (.*)$') end
  end
  return votes
end

-- All votes of a ballot from the ledger. keys: board, own; args per vote: question, revision, JSON
local function keep_votes(keys, args)
  local epoch = redis.call('HGET', keys[1], 'epoch')
  if not epoch then return 0 end
  for i = 1, #args, 3 do keep(keys[2], args[i], args[i + 1], args[i + 2]) end
  redis.call('HSET', keys[2], 'whole', epoch)
  redis.call('EXPIRE', keys[2], DAY)
  return 1
end

-- Generic cell rate algorithm: one key holds the time at which the bucket is empty again.
-- returns 0 allowed, else the milliseconds to wait
local function take(key, now, interval, burst)
  local free = math.max(tonumber(redis.call('GET', key) or now), now)
  local wait = free - (burst - 1) * interval - now
  if wait > 0 then return math.ceil(wait) end
  redis.call('SET', key, string.format('%.0f', free + interval), 'PX', math.ceil(free + interval - now))
  return 0
end

-- args: now (ms), milliseconds between two allowed calls, burst
local function limit(keys, args)
  return take(keys[1], tonumber(args[1]), tonumber(args[2]), tonumber(args[3]))
end

-- The same for many keys of one slot at once.
local function pace(keys, args)
  local now, interval, burst, waits = tonumber(args[1]), tonumber(args[2]), tonumber(args[3]), {}
  for i = 1, #keys do waits[i] = take(keys[i], now, interval, burst) end
  return waits
end

-- Credits watched seconds of one episode, each once and never faster than this server's clock: a device has a bank
-- that fills by one second a second, starts at 15 and pays for every new second. It holds 60 for a session that goes
-- on (a heartbeat may get lost), 15 for one that begins; sessions side by side share it.
-- keys: the device (hash: session, at (ms), bank (ms), e:<episode> unique seconds), its bitmap of one episode's seconds
-- args: episode, session, then per span: first second, last second
-- returns the unique seconds of the episode
local function watch(keys, args)
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local state = redis.call('HMGET', keys[1], 'session', 'at', 'bank')
  local bank = 15000
  if state[2] then
    bank = math.min(state[3] + math.max(now - state[2], 0), state[1] == args[2] and 60000 or 15000)
  end
  for i = 3, #args, 2 do
    for second = tonumber(args[i]), tonumber(args[i + 1]) do
      if bank < 1000 then break end
      if redis.call('SETBIT', keys[2], second, 1) == 0 then bank = bank - 1000 end
    end
  end
  local seconds = redis.call('BITCOUNT', keys[2])
  redis.call('HSET', keys[1], 'session', args[2], 'at', string.format('%.0f', now), 'bank', string.format('%.0f', bank))
  if seconds > 0 then redis.call('HSET', keys[1], 'e:' .. args[1], seconds) end
  redis.call('EXPIRE', keys[1], 1209600)
  redis.call('EXPIRE', keys[2], 1209600)
  return seconds
end

redis.register_function('tell_VERSION', tell)
redis.register_function('apply_batch_VERSION', apply_batch)
-- A full server must not leave an old board standing: this one writes little and only in place of something.
redis.register_function{function_name='set_board_VERSION', callback=set_board, flags={'allow-oom'}}
redis.register_function('own_votes_VERSION', own_votes)
redis.register_function('keep_votes_VERSION', keep_votes)
redis.register_function('limit_VERSION', limit)
redis.register_function('pace_VERSION', pace)
redis.register_function('watch_VERSION', watch)
