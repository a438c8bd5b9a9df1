-- A relation is known no better than its sources: one that it cites was read at least as far as the record says.
-- table: relations
select relation_id, 'marked `' || verification || '`, but no source that it cites was read that far' as message
from relations
where verification in ('text_read', 'record_read')
  and not exists (
    select 1
    from citations join sources using (source_id)
    where citations.record_id = relations.relation_id
      and sources.verification in ('text_read', relations.verification));
