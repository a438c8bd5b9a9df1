-- A claim from a charge that was not tried has a case that is still open: of the event, of the person it is about, or of
-- somebody who takes part in the event.
-- table: claims
with open_cases as (
  select event_id, defendant_id from proceedings where outcome in ('pending', 'charged_not_tried'))
select claim_id, 'the status is `charged_not_tried`, but no proceeding on record is pending or not tried' as message
from claims
where status = 'charged_not_tried'
  and about_id not in (select event_id from open_cases)
  and about_id not in (select defendant_id from open_cases)
  and about_id not in (
    select event_participants.event_id
    from event_participants join open_cases on defendant_id = entity_id
    where role in ('defendant', 'convicted_person'));
