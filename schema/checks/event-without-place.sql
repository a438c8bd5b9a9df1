-- Every event has a place; where none can be named it is `plc-world`.
-- table: events
select event_id, 'no place: name one under `places`, or `plc-world` when none can be named' as message
from events
where event_id not in (select event_id from event_places);
