-- A person shown as convicted in an event has a proceeding that ended in a conviction.
-- table: event_participants
select event_id, entity_id, role,
  '`' || entity_id || '` takes part as `convicted_person`, but no proceeding ended in a conviction' as message
from event_participants
where role = 'convicted_person'
  and entity_id in (select defendant_id from proceedings)
  and entity_id not in (
    select defendant_id from proceedings where outcome in ('convicted_plea', 'convicted_trial'));
