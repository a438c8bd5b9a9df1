-- Every claim says who holds it.
-- table: claims
select claim_id, 'no position: say who asserts it' as message
from claims
where claim_id not in (select claim_id from claim_positions);
