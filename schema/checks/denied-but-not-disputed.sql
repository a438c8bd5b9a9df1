-- A claim that somebody denies is neither uncontested nor merely alleged.
-- table: claims
select claim_id, 'the status is `' || status || '`, but somebody denies or disputes it' as message
from claims
where status in ('uncontested', 'alleged')
  and exists (
    select 1
    from claim_positions as p
    where p.claim_id = claims.claim_id and p.stance in ('denies', 'disputes'));
