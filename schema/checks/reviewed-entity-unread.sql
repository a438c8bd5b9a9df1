-- A reviewed entity needs a source, other than an encyclopedia, whose text or data-set row was read.
-- Until then it stays `candidate`.
-- table: entities
select entity_id, 'marked `reviewed`, but no source other than an encyclopedia was read: mark it `candidate`' as message
from entities
where review_status = 'reviewed'
  and (verification not in ('text_read', 'record_read')
    or not exists (
      select 1
      from citations join sources using (source_id)
      where citations.record_id = entities.entity_id
        and sources.source_type <> 'encyclopedia'
        and sources.verification in ('text_read', 'record_read')));
