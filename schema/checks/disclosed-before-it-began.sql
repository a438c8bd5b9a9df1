-- Nothing becomes public before it began. Days, months and years are compared as far as they are known.
-- table: events
select event_id, 'made public on `' || disclosed_edtf || '`, but it began on `' || date_edtf || '`' as message
from events
where disclosed_latest < date_earliest;
