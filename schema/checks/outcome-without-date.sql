-- An outcome has a date; a case without outcome has none.
-- table: proceedings
select proceeding_id,
  'the outcome is `' || outcome || '`, which '
    || case when outcome_date_edtf is null then 'needs a date' else 'has no date yet' end as message
from proceedings
where (outcome in ('arrested_not_charged', 'pending', 'charged_not_tried')) <> (outcome_date_edtf is null);
