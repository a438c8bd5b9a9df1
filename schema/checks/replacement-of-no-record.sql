-- What a retired id was replaced by exists.
-- table: retired_ids
select old_id, '`' || old_id || '` was replaced by `' || new_id || '`, but no record has that id' as message
from retired_ids
where new_id is not null
  and new_id not in (select entity_id from entities)
  and new_id not in (select event_id from events)
  and new_id not in (select claim_id from claims)
  and new_id not in (select relation_id from relations)
  and new_id not in (select proceeding_id from proceedings)
  and new_id not in (select place_id from places)
  and new_id not in (select source_id from sources)
  and new_id not in (select position_id from claim_positions)
  and new_id not in (select name_id from entity_names);
