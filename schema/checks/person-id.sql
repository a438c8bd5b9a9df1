-- Persons carry numbered ids, because a name in an id could never be taken back.
-- table: entities
select entity_id, 'the id of a person begins with per-, that of everything else with ent-' as message
from entities
where (entity_type = 'person') <> (entity_id like 'per-%');
