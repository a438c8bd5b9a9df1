-- A sentence can only be covered by a record that exists.
-- table: coverage_records
select sentence_no, record_id, 'covered by `' || record_id || '`, but no record has that id' as message
from coverage_records
where record_id not in (
  select entity_id from entities
  union all select event_id from events
  union all select claim_id from claims
  union all select relation_id from relations
  union all select proceeding_id from proceedings);
