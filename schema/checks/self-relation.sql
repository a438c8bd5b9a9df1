-- Nothing is related to itself.
-- table: relations
select relation_id, '`' || subject_id || '` is related to itself' as message
from relations
where subject_id = object_id;
