-- An id that was retired is never used again.
-- table: retired_ids
select old_id, '`' || old_id || '` is retired, but a record uses it' as message
from retired_ids
where old_id in (
  select entity_id from entities
  union all select event_id from events
  union all select claim_id from claims
  union all select relation_id from relations
  union all select proceeding_id from proceedings
  union all select place_id from places
  union all select source_id from sources
  union all select position_id from claim_positions
  union all select name_id from entity_names);
