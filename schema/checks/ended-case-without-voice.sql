-- A claim whose case ended without a conviction has a court that found it not proven, or an accuser who withdrew it.
-- table: claims
select claim_id, 'the status is `' || status || '`, but no court finds it not proven and no accuser retracts it' as message
from claims
where status in ('dismissed', 'acquitted', 'discontinued')
  and not exists (
    select 1
    from claim_positions as p
    where p.claim_id = claims.claim_id and p.stance in ('finds_not_proven', 'retracts'));
