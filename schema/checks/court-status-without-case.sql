-- A status that comes from a court needs a case: `court_established` a conviction, the others the outcome they name.
-- The case is that of the event, or of a person who takes part in it.
-- table: claims
with cases as materialized (
  select event_id, outcome from proceedings
  union
  select event_participants.event_id, outcome
  from event_participants join proceedings on defendant_id = entity_id
  where role in ('suspect', 'defendant', 'convicted_person'))
select claim_id, 'the status is `' || status || '`, but no proceeding on record ended so' as message
from claims
where status in ('court_established', 'dismissed', 'acquitted', 'discontinued')
  and not exists (
    select 1
    from cases
    where cases.event_id = claims.about_id
      and ((claims.status = 'court_established' and outcome in ('convicted_plea', 'convicted_trial'))
        or (claims.status = 'dismissed' and outcome = 'dismissed')
        or (claims.status = 'acquitted' and outcome = 'acquitted')
        or (claims.status = 'discontinued' and outcome = 'discontinued_not_guilty')));
