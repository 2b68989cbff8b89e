-- Review: a request to declare ballots void can be taken back by whoever asked, until it is decided
-- depends: 20261126_11_m8t3v-tongues

-- migrate: apply
ALTER TABLE void_request
  ADD COLUMN withdrawn_at timestamptz,
  ADD CONSTRAINT void_request_one_end CHECK (withdrawn_at IS NULL OR decided_at IS NULL);

-- migrate: rollback
