-- Persons carry numbered ids, because a name in an id could never be taken back.
-- table: entities
select entity_id,
  'the id `' || entity_id || '` of an entity of type `' || entity_type || '` should begin with '
    || case entity_type when 'person' then '`per-`' else '`ent-`' end as message
from entities
where (entity_type = 'person') <> (entity_id like 'per-%');
