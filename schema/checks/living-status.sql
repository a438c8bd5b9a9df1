-- `living` is said of persons only, and a person named because of their death is not alive.
-- table: entities
select entity_id,
  case when entity_type = 'person' then 'named as `deceased`, but `living` is not `no`'
    else 'an entity of type `' || entity_type || '` has no `living`, only a person has' end as message
from entities
where (entity_type <> 'person' and living is not null)
   or (person_basis = 'deceased' and coalesce(living, '') <> 'no');
