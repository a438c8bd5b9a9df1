-- A claim is about an event, an entity or a relation that exists.
-- table: claims
select claim_id, 'it is about `' || about_id || '`, but no event, entity or relation has that id' as message
from claims
where about_id not in (
  select event_id from events
  union all select entity_id from entities
  union all select relation_id from relations);
