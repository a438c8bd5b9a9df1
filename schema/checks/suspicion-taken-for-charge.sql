-- Whoever was arrested and not charged is a suspect and not a defendant.
-- table: event_participants
select event_id, entity_id, role,
  '`' || entity_id || '` takes part as `' || role || '`, but no charge is on record: the role is `suspect`' as message
from event_participants
where role in ('defendant', 'convicted_person')
  and entity_id in (select defendant_id from proceedings)
  and entity_id not in (select defendant_id from proceedings where outcome <> 'arrested_not_charged');
