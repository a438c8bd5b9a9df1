-- A claim is known no better than its sources: one that it cites was read at least as far as the record says.
-- table: claims
select claim_id, 'marked `' || verification || '`, but no source that it cites was read that far' as message
from claims
where verification in ('text_read', 'record_read')
  and not exists (
    select 1
    from citations join sources using (source_id)
    where citations.record_id = claims.claim_id
      and sources.verification in ('text_read', claims.verification));
