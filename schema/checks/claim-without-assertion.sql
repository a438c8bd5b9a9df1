-- What is alleged, charged, attributed or uncontested is asserted by somebody.
-- table: claims
select claim_id, 'the status is `' || status || '`, but no position asserts it' as message
from claims
where status in ('alleged', 'uncontested', 'arrested_not_charged', 'charged_not_tried')
  and exists (select 1 from claim_positions as p where p.claim_id = claims.claim_id)
  and not exists (select 1 from claim_positions as p where p.claim_id = claims.claim_id and p.stance = 'asserts');
