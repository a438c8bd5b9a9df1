-- A claim is disputed only by a denial, or by somebody who contests it, that was read or is in the encyclopedia article.
-- table: claims
select claim_id, 'nobody on record with a source denies or disputes it' as message
from claims
where status = 'disputed'
  and not exists (
    select 1
    from claim_positions as p
    where p.claim_id = claims.claim_id and p.stance in ('denies', 'disputes')
      and p.source_id is not null and p.verification <> 'not_read');
