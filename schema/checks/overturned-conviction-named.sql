-- Nobody stays named because of a conviction that a higher court reversed.
-- table: entities
select entity_id, 'named as `convicted`, but the conviction was overturned: withhold the name' as message
from entities
where person_basis = 'convicted'
  and (select count(*) from proceedings where defendant_id = entity_id and outcome = 'overturned')
    >= (select count(*) from proceedings where defendant_id = entity_id and outcome in ('convicted_plea', 'convicted_trial'))
  and entity_id in (select defendant_id from proceedings where outcome = 'overturned');
