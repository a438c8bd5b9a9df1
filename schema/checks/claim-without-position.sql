-- Every claim says who holds it.
-- table: claims
select claim_id, 'no position: say under `positions` who asserts it' as message
from claims
where claim_id not in (select claim_id from claim_positions);
