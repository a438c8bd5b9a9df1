-- A person named because of an official sanctions list has a relation that says who listed them.
-- table: entities
select entity_id, 'no sanctioned_by relation says on whose list the person is' as message
from entities
where person_basis = 'official-sanctions-list'
  and entity_id not in (select subject_id from relations where predicate = 'sanctioned_by');
