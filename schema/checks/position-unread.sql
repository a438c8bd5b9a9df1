-- Nobody is said to hold a position unless the place where it was said was seen, or the encyclopedia article says so.
-- Until then the position is left out, and the note of the claim says "Answer not recorded."
-- table: claim_positions
select position_id, 'marked `not_read`: read a source, or leave the position out and say so in the note of `' || claim_id || '`' as message
from claim_positions
where verification = 'not_read';
