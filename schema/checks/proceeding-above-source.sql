-- A proceeding is known no better than its sources: one that it cites was read at least as far as the record says.
-- table: proceedings
select proceeding_id, 'marked `' || verification || '`, but no source that it cites was read that far' as message
from proceedings
where verification in ('text_read', 'record_read')
  and not exists (
    select 1
    from citations join sources using (source_id)
    where citations.record_id = proceedings.proceeding_id
      and sources.verification in ('text_read', proceedings.verification));
