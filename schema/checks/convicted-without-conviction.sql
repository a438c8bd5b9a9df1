-- A person shown as convicted in an event has a proceeding that ended in a conviction.
-- table: event_participants
select event_id, entity_id, role, 'no proceeding with a conviction is on record for ' || entity_id as message
from event_participants
where role = 'convicted_person'
  and entity_id not in (
    select defendant_id from proceedings where outcome in ('convicted_plea', 'convicted_trial'));
