-- Only a court finds something proven or not proven.
-- table: claim_positions
select position_id, holder_entity_id || ' is not a court' as message
from claim_positions join entities on entity_id = holder_entity_id
where stance in ('finds_proven', 'finds_not_proven') and entity_type <> 'court';
