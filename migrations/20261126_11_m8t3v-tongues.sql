-- Tongues: the language an account reads
-- depends: 20261126_09_i6v2y-review

-- migrate: apply
-- Of the page it last signed in on: mail that nobody asks for at a page comes in it. NULL before the first sign-in.
ALTER TABLE account ADD COLUMN lang text CHECK (lang ~ '^[a-z]{2,3}$');

-- migrate: rollback
