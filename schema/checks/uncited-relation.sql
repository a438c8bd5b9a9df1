-- Every relation cites at least one source.
-- table: relations
select relation_id, 'no source is cited: name at least one under `citations`' as message
from relations
where relation_id not in (select record_id from citations);
