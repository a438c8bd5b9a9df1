-- A party takes the same stance on a claim only once on a date.
-- table: claim_positions
select position_id,
  'another position on `' || claim_id || '` has the same holder `' || holder_entity_id || '`, stance `' || stance || '` and date' as message
from (
  select *, row_number() over (partition by claim_id, holder_entity_id, stance, date_edtf order by position_id) as copy
  from claim_positions)
where copy > 1;
