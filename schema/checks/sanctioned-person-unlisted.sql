-- A person named because of an official sanctions list has a relation that says who listed them.
-- table: entities
select entity_id, 'named as `official-sanctions-list`, but no relation `sanctioned_by` says on whose' as message
from entities
where person_basis = 'official-sanctions-list'
  and entity_id not in (select subject_id from relations where predicate = 'sanctioned_by');
