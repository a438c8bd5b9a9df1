-- A claim is about an event, an entity or a relation that exists.
-- table: claims
select claim_id, 'it is about `' || about_id || '`, but no event, entity or relation has that id' as message
from claims
where about_id not in (select event_id from events)
  and about_id not in (select entity_id from entities)
  and about_id not in (select relation_id from relations);
