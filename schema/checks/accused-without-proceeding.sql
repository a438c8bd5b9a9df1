-- Whoever appears as defendant or convicted person has a proceeding, so that the outcome is on record.
-- table: event_participants
select event_id, entity_id, role, 'no proceeding records the outcome for ' || entity_id as message
from event_participants
where role in ('defendant', 'convicted_person')
  and entity_id not in (select defendant_id from proceedings);
