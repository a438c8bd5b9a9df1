-- A text was read only where one of the sources cited was read as text.
-- table: proceedings
select proceeding_id, 'marked text_read, but no source that it cites was read as text' as message
from proceedings
where verification = 'text_read'
  and not exists (
    select 1
    from citations join sources using (source_id)
    where citations.record_id = proceedings.proceeding_id and sources.verification = 'text_read');
