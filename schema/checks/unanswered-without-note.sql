-- An attribution that nobody has answered says so in its note, so that silence is not taken for an answer.
-- table: claims
select claim_id, 'no answer of the accused is on record: write `Answer not recorded.` in `note`' as message
from claims
where status in ('alleged', 'officially_attributed') and claim_type = 'attribution'
  and not exists (
    select 1
    from claim_positions as p
    where p.claim_id = claims.claim_id and p.stance in ('denies', 'disputes', 'no_comment'))
  and coalesce(note, '') not like '%Answer not recorded.%';
