-- Rehearsal: a fake award on the live system, which can be erased while nothing else in the ledger can
-- depends: 20261127_30_d4k7q-desk-lists

-- migrate: apply
-- A rehearsal is a festival of its own, so whatever asks for the current one, the draft or the earlier ones never meets it.
-- A house has a handful of festivals: what is locked and read here takes no time.
-- squawk-ignore ban-drop-constraint
ALTER TABLE festival DROP CONSTRAINT festival_state_check;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE festival ADD CONSTRAINT festival_state_check CHECK (state IN ('draft', 'current', 'archived', 'rehearsal'));
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX festival_rehearsal ON festival ((true)) WHERE state = 'rehearsal';

-- What is no rehearsal never becomes one: it could be erased then.
CREATE FUNCTION refuse_other_festival() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what is a rehearsal, and what is none, stays so' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER festival_stays BEFORE UPDATE OF state ON festival FOR EACH ROW
  WHEN ((OLD.state = 'rehearsal') <> (NEW.state = 'rehearsal')) EXECUTE FUNCTION refuse_other_festival();
CREATE TRIGGER award_stays BEFORE UPDATE OF festival_id ON award FOR EACH ROW
  WHEN (OLD.festival_id <> NEW.festival_id) EXECUTE FUNCTION refuse_other_festival();

-- The ledger, the log and the rules: nobody changes a line, and deleted are lines of a rehearsal alone. That takes the right
-- to delete besides, which no role has.
CREATE FUNCTION refuse_all_but_rehearsal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM (SELECT DISTINCT award_id FROM gone) g
             WHERE NOT EXISTS (SELECT FROM award a JOIN festival f ON f.id = a.festival_id
                               WHERE a.id = g.award_id AND f.state = 'rehearsal')) THEN
    RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER vote_event_kept BEFORE UPDATE OR TRUNCATE ON vote_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
CREATE TRIGGER vote_event_erased AFTER DELETE ON vote_event REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_all_but_rehearsal();
CREATE OR REPLACE TRIGGER sealed_kept BEFORE UPDATE OR TRUNCATE ON sealed
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
CREATE TRIGGER sealed_erased AFTER DELETE ON sealed REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_all_but_rehearsal();
CREATE OR REPLACE TRIGGER award_rules_kept BEFORE UPDATE OR TRUNCATE ON award_rules
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
CREATE TRIGGER award_rules_erased AFTER DELETE ON award_rules REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_all_but_rehearsal();

-- To delete an award, PostgreSQL locks what refers to it as the owner of the tables, who had lost the right to: a draft could
-- be discarded by a superuser only. One column is enough for that, and the triggers refuse every change as before.
GRANT UPDATE (award_id) ON sealed, award_rules, award_result, award_protocol TO CURRENT_USER;

-- Erases the rehearsal there is, and says how many lines of the ledger that were; NULL where there is none. The right to
-- delete is there for this transaction and seen by no other. Votes that were on their way when voting ended have arrived
-- ten seconds later: before that it refuses, because what came afterwards would belong to nothing and stay.
CREATE FUNCTION erase_rehearsal() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  house bigint;
  awards bigint[];
  series_ids bigint[];
  companies bigint[];
  lines bigint;
BEGIN
  SELECT id INTO house FROM festival WHERE state = 'rehearsal' FOR UPDATE;
  IF house IS NULL THEN
    RETURN NULL;
  END IF;
  awards := array(SELECT id FROM award WHERE festival_id = house FOR UPDATE);
  IF EXISTS (SELECT FROM award WHERE id = ANY (awards) AND clock_timestamp() < closes_at + grace + interval '10 seconds') THEN
    RAISE EXCEPTION 'votes of this rehearsal may still be on their way' USING ERRCODE = 'object_in_use';
  END IF;
  SELECT array_agg(s.id), array_agg(DISTINCT s.company_id) INTO series_ids, companies
  FROM series s JOIN section c ON c.id = s.section_id WHERE c.festival_id = house;
  EXECUTE format('GRANT DELETE ON vote_event, sealed, award_rules TO %I', current_user);
  DELETE FROM vote_event WHERE award_id = ANY (awards);
  GET DIAGNOSTICS lines = ROW_COUNT;
  DELETE FROM sealed WHERE award_id = ANY (awards);
  DELETE FROM award_rules WHERE award_id = ANY (awards);
  EXECUTE format('REVOKE DELETE ON vote_event, sealed, award_rules FROM %I', current_user);
  DELETE FROM checkpoint WHERE award_id = ANY (awards);
  DELETE FROM award_proof WHERE award_id = ANY (awards);
  DELETE FROM award_watch WHERE award_id = ANY (awards);
  DELETE FROM award_review WHERE award_id = ANY (awards);
  DELETE FROM entry_minute WHERE award_id = ANY (awards);
  DELETE FROM flag WHERE award_id = ANY (awards);
  DELETE FROM ballot_origin WHERE award_id = ANY (awards);
  DELETE FROM ballot WHERE award_id = ANY (awards);
  DELETE FROM entry WHERE award_id = ANY (awards);
  DELETE FROM award_secret WHERE award_id = ANY (awards);
  DELETE FROM award WHERE id = ANY (awards);
  DELETE FROM badge WHERE festival_id = house;
  DELETE FROM series_search WHERE series_id = ANY (series_ids);
  DELETE FROM series WHERE id = ANY (series_ids);
  DELETE FROM section WHERE festival_id = house;
  DELETE FROM company WHERE id = ANY (companies);
  DELETE FROM festival WHERE id = house;
  RETURN lines;
END $$;
REVOKE EXECUTE ON FUNCTION erase_rehearsal FROM PUBLIC;

-- migrate: rollback
DROP FUNCTION erase_rehearsal;
DROP TRIGGER award_rules_erased ON award_rules;
DROP TRIGGER sealed_erased ON sealed;
DROP TRIGGER vote_event_erased ON vote_event;
DROP TRIGGER award_stays ON award;
DROP TRIGGER festival_stays ON festival;
CREATE OR REPLACE TRIGGER award_rules_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON award_rules
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
CREATE OR REPLACE TRIGGER sealed_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON sealed
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
CREATE OR REPLACE TRIGGER vote_event_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON vote_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
DROP FUNCTION refuse_all_but_rehearsal, refuse_other_festival;
DROP INDEX festival_rehearsal;
