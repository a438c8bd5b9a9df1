-- Every event has at least one participant.
-- table: events
select event_id, 'no participant: name at least one under `participants`' as message
from events
where event_id not in (select event_id from event_participants);
