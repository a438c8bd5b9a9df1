-- Where it is doubtful that an event belongs here, its note says why.
-- table: events
select event_id, '`inclusion_doubt` is set, but `note` does not say why' as message
from events
where inclusion_doubt and note is null;
