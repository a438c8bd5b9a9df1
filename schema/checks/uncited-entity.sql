-- Every entity cites at least one source.
-- table: entities
select entity_id, 'no source is cited: name at least one under `citations`' as message
from entities
where entity_id not in (select record_id from citations);
