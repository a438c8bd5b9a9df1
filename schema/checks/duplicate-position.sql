-- A party takes the same stance on a claim only once on a date.
-- table: claim_positions
select position_id, 'the same holder, stance and date stand on ' || claim_id || ' more than once' as message
from claim_positions as one
where exists (
  select 1
  from claim_positions as other
  where other.claim_id = one.claim_id and other.holder_entity_id = one.holder_entity_id and other.stance = one.stance
    and coalesce(other.date_edtf, '') = coalesce(one.date_edtf, '') and other.position_id < one.position_id);
