-- A refuted claim has somebody who shows it to be wrong, or the party that withdrew it.
-- table: claims
select claim_id, 'the status is `refuted`, but nobody denies, disputes or retracts it' as message
from claims
where status = 'refuted'
  and exists (select 1 from claim_positions as p where p.claim_id = claims.claim_id)
  and not exists (
    select 1
    from claim_positions as p
    where p.claim_id = claims.claim_id and p.stance in ('denies', 'disputes', 'retracts', 'finds_not_proven'));
