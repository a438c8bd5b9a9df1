-- The defendant of a proceeding takes part in the event that records it.
-- table: proceedings
select proceeding_id, 'the defendant `' || defendant_id || '` does not take part in `' || event_id || '`' as message
from proceedings
where not exists (
  select 1
  from event_participants
  where event_participants.event_id = proceedings.event_id and entity_id = defendant_id);
