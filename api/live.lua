#!lua name=tallscreen_VERSION

-- Keys of one award, all under one hash tag:
--   board    hash: epoch (a word that changes with each rebuild), rows, ballots, per entry v:<entry> votes, s:<entry> sum of values
--   batches  sorted set: ids of applied batches, score = time
--   recent   stream of the last minute, there while the ledger is counted: "begun" where a recount began, "batch" for each
--            batch applied, as MessagePack {batch id, rows, new ballots, {{entry, votes, sum}, ...}}
--   told     exists for half a second after news of the board
--   own      hash: <ballot> -> MessagePack {v = {[question] = {revision, vote as JSON}}, w = epoch at which all of its
--            votes were known, t = when its bucket of taps is empty again (ms)}

local MINUTE, HOUR, DAY = 60, 3600, 86400
local CHUNK = 1000

-- Milliseconds of the one clock that all processes share: theirs may differ by minutes.
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- News of a board, at most twice a second. args: channel, topic
local function tell(keys, args)
  if not redis.call('SET', keys[1], 1, 'NX', 'PX', 500) then return 0 end
  redis.call('PUBLISH', args[1], args[2])
  return 1
end

local function name(number) return string.format('%.0f', number) end

local function opened(packed) return packed and cmsgpack.unpack(packed) or {v = {}} end

local function own_of(key, ballot) return opened(redis.call('HGET', key, ballot)) end

-- One answer of a ballot, unless a later one is known.
local function keep(own, question, revision, vote)
  local known = own.v[question]
  if not known or known[1] < revision then own.v[question] = {revision, vote} end
end

-- Generic cell rate algorithm: `free` is the time at which the bucket is empty again.
-- returns that time after one more call, or nil and the milliseconds to wait
local function pour(free, now, interval, burst)
  free = math.max(free or now, now)
  local wait = free - (burst - 1) * interval - now
  if wait > 0 then return nil, math.ceil(wait) end
  return free + interval
end

-- The own votes of these ballots, asked for a thousand at a time: one call each would be half of what a vote costs here.
local function owns_of(key, ballots)
  local owns = {}
  for first = 1, #ballots, CHUNK do
    local found = redis.call('HMGET', key, unpack(ballots, first, math.min(first + CHUNK - 1, #ballots)))
    for i, packed in ipairs(found) do
      owns[ballots[first + i - 1]] = opened(packed)
    end
  end
  return owns
end

-- Adds the votes {ballot, question, revision, JSON} to what their ballots have voted, and finds those that tap too fast.
local function keep_own(key, votes, now, interval, burst, answer)
  local ballots, seen = {}, {}
  for _, vote in ipairs(votes) do
    local ballot = name(vote[1])
    vote[1] = ballot
    if not seen[ballot] then seen[ballot], ballots[#ballots + 1] = true, ballot end
  end
  local owns, filled = owns_of(key, ballots), {}
  for _, vote in ipairs(votes) do
    local ballot, own = vote[1], owns[vote[1]]
    keep(own, name(vote[2]), vote[3], vote[4])
    local free, wait = pour(own.t, now, interval, burst)
    if free then own.t = free else answer[#answer + 1], answer[#answer + 2] = ballot, wait end
  end
  for _, ballot in ipairs(ballots) do
    filled[#filled + 1], filled[#filled + 2] = ballot, cmsgpack.pack(owns[ballot])
  end
  for first = 1, #filled, 2 * CHUNK do
    redis.call('HSET', key, unpack(filled, first, math.min(first + 2 * CHUNK - 1, #filled)))
  end
end

local function add(board, batch)
  redis.call('HINCRBY', board, 'rows', batch[2])
  redis.call('HINCRBY', board, 'ballots', batch[3])
  for _, change in ipairs(batch[4]) do
    local entry = name(change[1])
    redis.call('HINCRBY', board, 'v:' .. entry, change[2])
    redis.call('HINCRBY', board, 's:' .. entry, change[3])
  end
end

local function apply_one(keys, batch)
  if redis.call('EXISTS', keys[5]) == 1 then
    redis.call('XADD', keys[5], '*', 'batch', cmsgpack.pack({batch[1], batch[2], batch[3], batch[4]}))
  end
  if redis.call('EXISTS', keys[1]) == 1 then add(keys[1], batch) end
end

-- Applies committed batches of one award, each once.
-- keys: board, batches, told, own, recent
-- args: channel, topic, milliseconds between two taps of a ballot, taps at once, MessagePack of an array of
--       {batch id, rows, new ballots, {{entry, votes, sum}, ...}, {{ballot, question, revision, JSON}, ...}}
-- returns 2 applied and not told, 1 applied and told, 0 all known already, -1 no board here (it must be rebuilt from the
-- ledger); then each ballot that taps too fast and the milliseconds it has to wait
local function apply_batches(keys, args)
  local now, interval, burst = clock(), tonumber(args[3]), tonumber(args[4])
  local answer, applied, votes = {0}, 0, {}
  for _, batch in ipairs(cmsgpack.unpack(args[5])) do
    if redis.call('ZADD', keys[2], 'NX', now, batch[1]) == 1 then
      apply_one(keys, batch)
      applied = applied + 1
      for _, vote in ipairs(batch[5]) do votes[#votes + 1] = vote end
    end
  end
  if applied == 0 then return redis.call('EXISTS', keys[1]) == 1 and answer or {-1} end
  keep_own(keys[4], votes, now, interval, burst, answer)
  redis.call('EXPIRE', keys[4], DAY)
  redis.call('ZREMRANGEBYSCORE', keys[2], '-inf', now - 600000)
  redis.call('EXPIRE', keys[2], HOUR)
  if redis.call('EXISTS', keys[1]) == 0 then
    answer[1] = -1
  else
    answer[1] = tell({keys[3]}, {args[1], args[2]}) == 1 and 1 or 2
  end
  return answer
end

-- From here on every batch applied is noted, for a minute after the last recount began.
-- keys: recent; returns where in the notes the recount begins
local function begin_recount(keys)
  local begun = redis.call('XADD', keys[1], 'MINID', name(clock() - MINUTE * 1000), '*', 'begun', '1')
  redis.call('EXPIRE', keys[1], MINUTE)
  return begun
end

-- The batches noted since a recount began, packed; nil where the notes do not go back to it: a minute has passed, or a
-- flush or a failover has taken them.
local function noted(recent, begun)
  local found, batches = redis.call('XRANGE', recent, begun, '+'), {}
  if not found[1] or found[1][1] ~= begun then return nil end
  for _, note in ipairs(found) do
    if note[2][1] == 'batch' then batches[#batches + 1] = note[2][2] end
  end
  return batches
end

-- keys: board, recent; args: where the recount began
-- returns the board's fields and values, then what was applied since; false where that is not known
local function since(keys, args)
  local batches = noted(keys[2], args[1])
  return batches and {redis.call('HGETALL', keys[1]), batches}
end

-- Puts a recount in place of the board and marks the batches the recount saw. Those applied since it began that it did
-- not see are added again: they are known here, so nobody would.
-- keys: board, batches, recent
-- args: where the recount began, number of batches, the batch ids, then field, value pairs of the board
-- returns 1, or 0 where it is not known what was applied since, and the board stays as it is
local function set_board(keys, args)
  local now, count, seen, later = clock(), tonumber(args[2]), {}, noted(keys[3], args[1])
  if not later then return 0 end
  redis.call('DEL', keys[1], keys[2])
  for i = 3, 2 + count do
    seen[args[i]] = true
    redis.call('ZADD', keys[2], now, args[i])
  end
  for i = 3 + count, #args, 2 do redis.call('HSET', keys[1], args[i], args[i + 1]) end
  for _, packed in ipairs(later) do
    local batch = cmsgpack.unpack(packed)
    if not seen[batch[1]] then
      redis.call('ZADD', keys[2], now, batch[1])
      add(keys[1], batch)
    end
  end
  redis.call('EXPIRE', keys[2], HOUR)
  return 1
end

-- What a ballot has voted: the board's epoch, then the votes, or no votes where something may have been missed, which a
-- board built anew makes of all of it; false without a board.
-- keys: board, own; args: ballot
local function own_votes(keys, args)
  local epoch, own, votes = redis.call('HGET', keys[1], 'epoch'), own_of(keys[2], args[1]), {}
  if not epoch then return false end
  if own.w ~= epoch then return {epoch} end
  for _, answer in pairs(own.v) do
    if answer[2] ~= '' then votes[#votes + 1] = answer[2] end
  end
  return {epoch, votes}
end

-- All votes of a ballot as the ledger had them at an epoch; newer ones that have come meanwhile stay.
-- keys: board, own; args: ballot, epoch, MessagePack {{ballot, question, revision, JSON}, ...}
local function keep_votes(keys, args)
  local own = own_of(keys[2], args[1])
  if redis.call('HGET', keys[1], 'epoch') ~= args[2] then return 0 end
  for _, vote in ipairs(cmsgpack.unpack(args[3])) do keep(own, name(vote[2]), vote[3], vote[4]) end
  own.w = args[2]
  redis.call('HSET', keys[2], args[1], cmsgpack.pack(own))
  redis.call('EXPIRE', keys[2], DAY)
  return 1
end

-- args: milliseconds between two allowed calls, burst
-- returns 0 allowed, else the milliseconds to wait
local function limit(keys, args)
  local now = clock()
  local free, wait = pour(tonumber(redis.call('GET', keys[1]) or now), now, tonumber(args[1]), tonumber(args[2]))
  if not free then return wait end
  redis.call('SET', keys[1], name(free), 'PX', math.ceil(free - now))
  return 0
end

-- Credits watched seconds of one episode, each once and never faster than this server's clock: a device has a bank
-- that fills by one second a second, starts at 15 and pays for every new second. It holds 60 for a session that goes
-- on (a heartbeat may get lost), 15 for one that begins; sessions side by side share it.
-- keys: the device (hash: session, at (ms), bank (ms), e:<episode> unique seconds), its bitmap of one episode's seconds
-- args: episode, session, then per span: first second, last second
-- returns the unique seconds of the episode
local function watch(keys, args)
  local now = clock()
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

-- Credits seconds that were watched on a screen in the hall, which has paid for them with its own time.
-- keys: as for watch; args: episode, then per span: first second, last second
-- returns the unique seconds of the episode
local function grant(keys, args)
  for i = 2, #args, 2 do
    for second = tonumber(args[i]), tonumber(args[i + 1]) do redis.call('SETBIT', keys[2], second, 1) end
  end
  local seconds = redis.call('BITCOUNT', keys[2])
  if seconds > 0 then redis.call('HSET', keys[1], 'e:' .. args[1], seconds) end
  redis.call('EXPIRE', keys[1], 1209600)
  redis.call('EXPIRE', keys[2], 1209600)
  return seconds
end

redis.register_function('tell_VERSION', tell)
redis.register_function('apply_batches_VERSION', apply_batches)
-- A full server must not leave an old board standing: these write little, and a board only in place of another.
redis.register_function{function_name='begin_recount_VERSION', callback=begin_recount, flags={'allow-oom'}}
redis.register_function{function_name='since_VERSION', callback=since, flags={'no-writes'}}
redis.register_function{function_name='set_board_VERSION', callback=set_board, flags={'allow-oom'}}
redis.register_function('own_votes_VERSION', own_votes)
redis.register_function('keep_votes_VERSION', keep_votes)
redis.register_function('limit_VERSION', limit)
redis.register_function('watch_VERSION', watch)
redis.register_function('grant_VERSION', grant)
