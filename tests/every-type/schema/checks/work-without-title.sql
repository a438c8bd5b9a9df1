-- A work has a title that is more than spaces.
-- table: works
select work_id, 'the title is blank' as message from works where trim(title) = '';
