-- A person named because of a conviction has a proceeding that ended in one.
-- table: entities
select entity_id, 'named as `convicted`, but no proceeding ended in a conviction' as message
from entities
where person_basis = 'convicted'
  and entity_id not in (
    select defendant_id from proceedings where outcome in ('convicted_plea', 'convicted_trial'));
