-- Desk: lists that are read page by page
-- depends: 20261127_28_p3j7w-juries-told

-- migrate: apply
CREATE INDEX kiosk_by_name ON kiosk (lower(name), id) WHERE revoked_at IS NULL;
CREATE INDEX award_by_end ON award (festival_id, closes_at, id);
CREATE INDEX flag_open_of_award ON flag (award_id, id) WHERE settled_at IS NULL;
CREATE INDEX flag_settled_of_award ON flag (award_id, id) WHERE settled_at IS NOT NULL;

-- migrate: rollback
DROP INDEX kiosk_by_name, award_by_end, flag_open_of_award, flag_settled_of_award;
