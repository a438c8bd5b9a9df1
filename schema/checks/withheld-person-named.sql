-- A person who may not be named has no further names.
-- table: entity_names
select name_id, 'the name of `' || entity_id || '` is withheld, but a further name is given' as message
from entity_names join entities using (entity_id)
where person_basis = 'withheld';
