-- A sentence can only be covered by a record that exists.
-- table: coverage_records
select sentence_no, record_id, 'covered by `' || record_id || '`, but no record has that id' as message
from coverage_records
where record_id not in (select entity_id from entities)
  and record_id not in (select event_id from events)
  and record_id not in (select claim_id from claims)
  and record_id not in (select relation_id from relations)
  and record_id not in (select proceeding_id from proceedings);
