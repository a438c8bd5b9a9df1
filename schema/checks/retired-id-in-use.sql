-- An id that was retired is never used again.
-- table: retired_ids
select old_id, '`' || old_id || '` is retired, but a record uses it' as message
from retired_ids
where exists (select 1 from entities where entity_id = old_id)
  or exists (select 1 from events where event_id = old_id)
  or exists (select 1 from claims where claim_id = old_id)
  or exists (select 1 from relations where relation_id = old_id)
  or exists (select 1 from proceedings where proceeding_id = old_id)
  or exists (select 1 from places where place_id = old_id)
  or exists (select 1 from sources where source_id = old_id)
  or exists (select 1 from claim_positions where position_id = old_id)
  or exists (select 1 from entity_names where name_id = old_id);
