-- A proceeding cannot know an outcome that came after its last report.
-- table: proceedings
select proceeding_id, 'the outcome came on `' || outcome_date_edtf || '`, after the last report of `' || as_of_edtf || '`' as message
from proceedings
where outcome_date_earliest > as_of_latest;
