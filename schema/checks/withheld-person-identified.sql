-- A person who may not be named has no identifiers in other catalogues.
-- table: entity_identifiers
select scheme, value, entity_id,
  'the name of `' || entity_id || '` is withheld, but an identifier in `' || scheme || '` gives it away' as message
from entity_identifiers join entities using (entity_id)
where person_basis = 'withheld';
