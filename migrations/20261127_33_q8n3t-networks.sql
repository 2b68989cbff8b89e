-- How films played: whether in one of the festival's halls
-- depends: 20261127_32_h8r2s-rehearsal

-- migrate: apply
-- Decided by the address a line came from, which is kept nowhere. NULL: from before this was asked, or not known.
ALTER TABLE playback_summary ADD COLUMN network text CHECK (network IN ('hall', 'elsewhere'));

-- migrate: rollback
ALTER TABLE playback_summary DROP COLUMN network;
