-- The citing record must exist: an entity, event, claim, relation or proceeding.
-- table: citations
select record_id, citation_no, 'there is no record ' || record_id as message
from citations
where record_id not in (
  select entity_id from entities
  union all select event_id from events
  union all select claim_id from claims
  union all select relation_id from relations
  union all select proceeding_id from proceedings);
