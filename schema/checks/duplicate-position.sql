-- A party takes the same stance on a claim only once on a date.
-- table: claim_positions
select position_id,
  'another position on `' || claim_id || '` has the same holder `' || holder_entity_id || '`, stance `' || stance || '` and date' as message
from claim_positions
where position_id not in (
  select min(position_id) from claim_positions group by claim_id, holder_entity_id, stance, date_edtf);
