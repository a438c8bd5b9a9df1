-- Every proceeding cites at least one source.
-- table: proceedings
select proceeding_id, 'no source is cited: name at least one under `citations`' as message
from proceedings
where proceeding_id not in (select record_id from citations);
