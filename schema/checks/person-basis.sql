-- A person says why it may be named, or that the name is withheld; nothing else does.
-- table: entities
select entity_id,
  case when person_basis is null then 'a person needs a `person_basis`'
    else 'an entity of type `' || entity_type || '` has no `person_basis`, only a person has' end as message
from entities
where (entity_type = 'person') <> (person_basis is not null);
