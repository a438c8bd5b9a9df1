-- Only persons stand before a criminal court here.
-- table: proceedings
select proceeding_id, defendant_id || ' is not a person' as message
from proceedings join entities on entity_id = defendant_id
where entity_type <> 'person';
