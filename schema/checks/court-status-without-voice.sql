-- A claim established by a court has a court that found it, or a convicted person who admits it.
-- table: claims
select claim_id, 'the status is `court_established`, but no court finds it proven and no convicted person admits it' as message
from claims
where status = 'court_established'
  and not exists (
    select 1
    from claim_positions
    where claim_positions.claim_id = claims.claim_id
      and (stance = 'finds_proven'
        or (stance = 'asserts' and holder_entity_id in (
          select defendant_id from proceedings where outcome in ('convicted_plea', 'convicted_trial')))));
