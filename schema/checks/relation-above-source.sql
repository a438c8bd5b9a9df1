-- A text was read only where one of the sources cited was read as text.
-- table: relations
select relation_id, 'marked text_read, but no source that it cites was read as text' as message
from relations
where verification = 'text_read'
  and not exists (
    select 1
    from citations join sources using (source_id)
    where citations.record_id = relations.relation_id and sources.verification = 'text_read');
