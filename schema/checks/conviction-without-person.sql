-- A conviction or a sentence is that of somebody who takes part as `convicted_person`, named or not.
-- table: events
select event_id, 'an event of type `' || event_type || '` needs a participant with the role `convicted_person`' as message
from events
where event_type in ('legal_conviction', 'legal_sentence')
  and event_id not in (select event_id from event_participants where role = 'convicted_person');
