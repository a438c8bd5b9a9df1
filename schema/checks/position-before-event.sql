-- Nobody speaks about an event before it began. Court cases are left out: charges and pleas come before a verdict.
-- table: claim_positions
select position_id, 'dated `' || claim_positions.date_edtf || '`, but `' || event_id || '` began on `' || events.date_edtf || '`' as message
from claim_positions
  join claims using (claim_id)
  join events on event_id = about_id
where event_type not like 'legal_%' and claim_positions.date_latest < events.date_earliest;
