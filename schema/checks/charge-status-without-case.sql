-- A claim from a charge that was not tried has a case that is still open: of the event, of the person it is about, or of
-- somebody who takes part in the event.
-- table: claims
select claim_id, 'the status is `charged_not_tried`, but no proceeding on record is pending or not tried' as message
from claims
where status = 'charged_not_tried'
  and not exists (
    select 1
    from proceedings
    where outcome in ('pending', 'charged_not_tried')
      and (proceedings.event_id = claims.about_id
        or proceedings.defendant_id = claims.about_id
        or proceedings.defendant_id in (
          select entity_id from event_participants
          where event_id = claims.about_id and role in ('defendant', 'convicted_person'))));
