-- A claim whose case ended without a conviction has a court that found it not proven, or an accuser who withdrew it. Where
-- the charges were dismissed, a court that ended the case without a finding is enough.
-- table: claims
select claim_id, 'the status is `' || status || '`, but no court finds it not proven or ends the case, and no accuser retracts it' as message
from claims
where status in ('dismissed', 'acquitted', 'discontinued')
  and not exists (
    select 1
    from claim_positions as p
    where p.claim_id = claims.claim_id
      and (p.stance in ('finds_not_proven', 'retracts')
        or (p.stance = 'ends_without_finding' and claims.status <> 'acquitted')));
