-- Nobody is said to hold a position unless the place where it was said was seen, or the encyclopedia article says so.
-- table: claim_positions
select position_id, 'no source was seen: find and read one, or leave the position out and write "Answer not recorded." in the note of ' || claim_id as message
from claim_positions
where verification = 'not_read' or source_id is null;
