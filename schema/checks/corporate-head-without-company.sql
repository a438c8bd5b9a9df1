-- A person named as the head of a company has a relation that says which company.
-- table: entities
select entity_id, 'named as `corporate-office`, but no relation `leads` or `officer_of` says of which company' as message
from entities
where person_basis = 'corporate-office'
  and entity_id not in (select subject_id from relations where predicate in ('leads', 'officer_of'));
