-- A person says why it may be named, or that the name is withheld; nothing else does.
-- table: entities
select entity_id,
  case when person_basis is null then 'a person needs a person_basis' else 'only a person has a person_basis' end as message
from entities
where (entity_type = 'person') <> (person_basis is not null);
