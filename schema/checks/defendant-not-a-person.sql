-- Only persons stand before a criminal court here.
-- table: proceedings
select proceeding_id, 'the defendant `' || defendant_id || '` is of type `' || entity_type || '`, but only a person can be one' as message
from proceedings join entities on entity_id = defendant_id
where entity_type <> 'person';
