-- A position is known no better than its source: text that was not read cannot be marked as read.
-- table: claim_positions
select position_id,
  'marked `' || claim_positions.verification || '`, but its source `' || source_id || '` is `' || sources.verification || '`' as message
from claim_positions join sources using (source_id)
where (claim_positions.verification = 'text_read' and sources.verification <> 'text_read')
   or (claim_positions.verification = 'record_read' and sources.verification not in ('text_read', 'record_read'));
