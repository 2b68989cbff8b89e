-- Results: what was published of an award, word for word
-- depends: 20261126_07_g4t8w-ballots

-- migrate: apply
-- Everything in `text` can be counted again from the log; it is kept because it was said.
CREATE TABLE award_result (
  award_id     bigint PRIMARY KEY REFERENCES award,
  text         text NOT NULL,
  published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  published_by bigint NOT NULL REFERENCES account
);
CREATE TRIGGER award_result_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON award_result
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
REVOKE UPDATE, DELETE, TRUNCATE ON award_result FROM CURRENT_USER;
-- Which checkpoints wait to be mailed.
CREATE INDEX checkpoint_unmailed ON checkpoint (award_id, size) WHERE mailed_at IS NULL;

-- migrate: rollback
