-- Only a court finds something proven or not proven, or ends a case without a finding.
-- table: claim_positions
select position_id,
  'the stance is `' || stance || '`, but `' || holder_entity_id || '` is of type `' || entity_type || '` and not a court' as message
from claim_positions join entities on entity_id = holder_entity_id
where stance in ('finds_proven', 'finds_not_proven', 'ends_without_finding') and entity_type <> 'court';
