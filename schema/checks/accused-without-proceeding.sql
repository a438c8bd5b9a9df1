-- Whoever appears as suspect, defendant or convicted person has a proceeding, so that the outcome is on record.
-- table: event_participants
select event_id, entity_id, role,
  '`' || entity_id || '` takes part as `' || role || '`, but no proceeding records the outcome' as message
from event_participants
where role in ('suspect', 'defendant', 'convicted_person')
  and entity_id not in (select defendant_id from proceedings);
