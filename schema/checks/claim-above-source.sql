-- A text was read only where one of the sources cited was read as text.
-- table: claims
select claim_id, 'marked text_read, but no source that it cites was read as text' as message
from claims
where verification = 'text_read'
  and not exists (
    select 1
    from citations join sources using (source_id)
    where citations.record_id = claims.claim_id and sources.verification = 'text_read');
