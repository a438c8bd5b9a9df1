-- The label of a person who may not be named begins with `[name withheld]`, and no other label does.
-- table: entities
select entity_id,
  case person_basis when 'withheld' then 'the name is `' || name || '`, but that of a withheld person begins with `[name withheld]`'
    else 'the name is withheld, but `person_basis` is `' || coalesce(person_basis, '') || '` and not `withheld`' end as message
from entities
where (coalesce(person_basis, '') = 'withheld') <> (substr(name, 1, 15) = '[name withheld]');
