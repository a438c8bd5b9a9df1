-- An attribution that is merely alleged has no answer beside it; its note says so, so that silence is not taken for one.
-- table: claims
select claim_id, 'no answer of the accused is on record: write "Answer not recorded." in the note' as message
from claims
where status = 'alleged' and claim_type = 'attribution'
  and not exists (
    select 1
    from claim_positions as p
    where p.claim_id = claims.claim_id and p.stance in ('denies', 'disputes', 'no_comment'))
  and coalesce(note, '') not like '%Answer not recorded.%';
