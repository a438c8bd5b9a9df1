-- Some parts in an event can only be taken by one kind of entity: a court sits, a person is accused, a law is applied.
-- table: event_participants
with parts as (
  select event_id, entity_id, role,
    case role
      when 'court' then 'court'
      when 'judge' then 'person'
      when 'suspect' then 'person'
      when 'defendant' then 'person'
      when 'convicted_person' then 'person'
      when 'instrument' then 'legal_instrument'
      when 'programme' then 'programme' end as kind
  from event_participants)
select event_id, entity_id, role,
  '`' || entity_id || '` is of type `' || entity_type || '`, but the role `' || role || '` is for the type `' || kind || '`' as message
from parts join entities using (entity_id)
where entity_type <> kind;
