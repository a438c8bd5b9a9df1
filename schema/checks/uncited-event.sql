-- Every event cites at least one source.
-- table: events
select event_id, 'no source is cited: name at least one under `citations`' as message
from events
where event_id not in (select record_id from citations);
