-- Minimum: an award's minimum says its rule, also where an earlier version left out the usual one
-- depends: 20261126_12_j7w3z-withdrawn

-- migrate: apply
UPDATE award SET minimum = '{"rule": "none"}' || minimum WHERE NOT minimum ? 'rule';

-- migrate: rollback
