-- Plays twice: a screen whose disk was put back tells other plays under numbers that are here already
-- depends: 20261126_18_v3j8n-staying 20261126_19_w2k7s-kiosks

-- migrate: apply
ALTER TABLE kiosk_finding DROP CONSTRAINT kiosk_finding_what_check;
ALTER TABLE kiosk_finding ADD CONSTRAINT kiosk_finding_what_check CHECK (what IN ('fork', 'chain', 'clock', 'signature', 'plays')) NOT VALID;
ALTER TABLE kiosk_finding VALIDATE CONSTRAINT kiosk_finding_what_check;

-- migrate: rollback
DELETE FROM kiosk_finding WHERE what = 'plays';
ALTER TABLE kiosk_finding DROP CONSTRAINT kiosk_finding_what_check;
ALTER TABLE kiosk_finding ADD CONSTRAINT kiosk_finding_what_check CHECK (what IN ('fork', 'chain', 'clock', 'signature'));
