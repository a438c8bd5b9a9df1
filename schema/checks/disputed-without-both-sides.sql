-- A disputed claim has somebody who asserts it and somebody who denies or disputes it.
-- table: claims
with sides(claim_id, asserting, contesting) as (
  select claim_id, sum(stance = 'asserts'), sum(stance in ('denies', 'disputes'))
  from claim_positions
  group by claim_id)
select claim_id,
  'the status is `disputed`, but nobody ' || case asserting when 0 then 'asserts it' else 'denies or disputes it' end as message
from claims join sides using (claim_id)
where status = 'disputed' and (asserting = 0 or contesting = 0);
