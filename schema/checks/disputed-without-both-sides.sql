-- A disputed claim has somebody who asserts it and somebody who denies or disputes it.
-- table: claims
select claim_id, 'a disputed claim needs both an assertion and a denial' as message
from claims
where status = 'disputed'
  and not (exists (select 1 from claim_positions as p where p.claim_id = claims.claim_id and p.stance = 'asserts')
    and exists (select 1 from claim_positions as p where p.claim_id = claims.claim_id and p.stance in ('denies', 'disputes')));
