-- What is alleged, charged, attributed or uncontested is asserted by somebody.
-- table: claims
select claim_id, 'the status is `' || status || '`, but no position asserts it' as message
from claims
where status in ('alleged', 'uncontested', 'charged_not_tried')
  and claim_id in (select claim_id from claim_positions)
  and claim_id not in (select claim_id from claim_positions where stance = 'asserts');
