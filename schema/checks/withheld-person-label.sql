-- The label of a person who may not be named begins with `[name withheld]`, and no other label does.
-- table: entities
select entity_id, 'person_basis is ' || coalesce(person_basis, 'empty') || ', but the name is: ' || name as message
from entities
where (coalesce(person_basis, '') = 'withheld') <> (substr(name, 1, 15) = '[name withheld]');
