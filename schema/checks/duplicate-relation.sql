-- A relation between two entities is recorded once, with all its sources.
-- table: relations
select relation_id,
  'another relation says `' || subject_id || '` `' || predicate || '` `' || object_id || '`: cite all sources there' as message
from (
  select *, row_number() over (partition by subject_id, predicate, object_id order by relation_id) as copy
  from relations)
where copy > 1;
