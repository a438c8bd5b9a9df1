-- No flood is in both.
-- table: floods
select id, 'twice' as message
from floods join sqlite_floods using (id)
