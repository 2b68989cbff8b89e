-- Quota: how many bytes of originals a company may keep here
-- depends: 20261126_14_p5k3w-summaries

-- migrate: apply
-- NULL: as much as the house gives every company (TALLSCREEN_QUOTA_GIB).
ALTER TABLE company ADD COLUMN quota_bytes bigint CHECK (quota_bytes > 0);

-- migrate: rollback
ALTER TABLE company DROP COLUMN quota_bytes;
