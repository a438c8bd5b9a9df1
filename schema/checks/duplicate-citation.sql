-- A record cites the same place of a source only once.
-- table: citations
select record_id, citation_no, '`' || record_id || '` already cites `' || source_id || '` with the same locator' as message
from (
  select *, row_number() over (partition by record_id, source_id, locator order by citation_no) as copy
  from citations)
where copy > 1;
