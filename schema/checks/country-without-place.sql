-- The country of an entity is one of the places, so that its code can be read as a name.
-- table: entities
select entity_id, 'the country is `' || country || '`, but no place has that code' as message
from entities
where country is not null
  and country not in (select iso3166 from places where iso3166 is not null);
