-- A position whose source was not seen says so: only then may the source be missing.
-- table: claim_positions
select position_id, 'a position marked ' || verification || ' names its source' as message
from claim_positions
where source_id is null and verification <> 'not_read';
