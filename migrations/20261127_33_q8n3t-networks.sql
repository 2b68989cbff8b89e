-- How films played: whether in one of the festival's halls
-- depends: 20261127_24_r4w8d-review

-- migrate: apply
-- Decided by the address a line came from, which is kept nowhere. NULL: from before this was asked, or not known.
ALTER TABLE playback_summary ADD COLUMN network text CHECK (network IN ('hall', 'elsewhere'));

-- migrate: rollback
ALTER TABLE playback_summary DROP COLUMN network;
