-- Some parts in an event can only be taken by one kind of entity: a court sits, a person is accused, a law is applied.
-- table: event_participants
with kinds(role, kind) as (values ('court', 'court'), ('judge', 'person'), ('defendant', 'person'), ('convicted_person', 'person'),
  ('instrument', 'legal_instrument'), ('programme', 'programme'))
select event_id, entity_id, role,
  '`' || entity_id || '` is of type `' || entity_type || '`, but the role `' || role || '` is for the type `' || kind || '`' as message
from event_participants join entities using (entity_id) join kinds using (role)
where entity_type <> kind;
