-- A record cites the same place of a source only once.
-- table: citations
select record_id, citation_no, '`' || record_id || '` already cites `' || source_id || '` with the same locator' as message
from citations
where citation_no > 1 and exists (
  select 1
  from citations as earlier
  where earlier.record_id = citations.record_id and earlier.citation_no < citations.citation_no
    and earlier.source_id = citations.source_id and earlier.locator is citations.locator);
