-- A position says where it was read.
-- table: claim_positions
select position_id, 'marked `' || verification || '`, but no `source` is named' as message
from claim_positions
where source_id is null and verification <> 'not_read';
