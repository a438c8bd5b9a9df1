-- A claim from a charge that was not tried has a case that is still open, and one from an arrest a case in which nobody was
-- charged: of the event, of the person it is about, or of somebody who takes part in the event.
-- table: claims
with open_cases as materialized (
  select event_id, defendant_id,
    case outcome when 'arrested_not_charged' then outcome else 'charged_not_tried' end as status
  from proceedings
  where outcome in ('arrested_not_charged', 'pending', 'charged_not_tried')),
  subjects as materialized (
    select event_id as about_id, status from open_cases
    union
    select defendant_id, status from open_cases
    union
    select event_participants.event_id, status
    from event_participants join open_cases on defendant_id = entity_id
    where role in ('suspect', 'defendant', 'convicted_person'))
select claim_id,
  'the status is `' || status || '`, but no proceeding on record is '
    || case status when 'arrested_not_charged' then 'of somebody arrested and not charged' else 'pending or not tried' end as message
from claims
where status in ('arrested_not_charged', 'charged_not_tried')
  and not exists (
    select 1 from subjects where subjects.about_id = claims.about_id and subjects.status = claims.status);
