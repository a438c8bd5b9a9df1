-- A public attribution or denial says who makes it.
-- table: events
select event_id,
  'an event of type `' || event_type || '` needs '
    || case event_type when 'denial_statement' then 'a `denying_party`' else 'an `attributing_party`' end
    || ' or a `speaker`' as message
from events
where event_type in ('attribution_statement', 'denial_statement')
  and not exists (
    select 1
    from event_participants
    where event_participants.event_id = events.event_id
      and role in ('speaker', case event_type when 'denial_statement' then 'denying_party' else 'attributing_party' end));
