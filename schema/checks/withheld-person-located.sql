-- Of a person who may not be named neither country nor seat is recorded.
-- table: entities
select entity_id,
  'the name is withheld, but `' || case when country is not null then 'country' else 'seat' end || '` is filled: leave it out' as message
from entities
where person_basis = 'withheld' and (country is not null or seat_place_id is not null);
