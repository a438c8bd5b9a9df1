-- A refuted claim has somebody who shows it to be wrong, or the party that withdrew it.
-- table: claims
select claim_id, 'the status is `refuted`, but nobody denies, disputes or retracts it' as message
from claims
where status = 'refuted'
  and claim_id in (select claim_id from claim_positions)
  and claim_id not in (
    select claim_id from claim_positions where stance in ('denies', 'disputes', 'retracts', 'finds_not_proven'));
