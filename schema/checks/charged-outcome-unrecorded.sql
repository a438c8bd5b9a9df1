-- A person named because the outcome of a charge is recorded has a proceeding with that outcome.
-- table: entities
select entity_id, 'named as `charged-outcome-recorded`, but no proceeding with an outcome is on record' as message
from entities
where person_basis = 'charged-outcome-recorded'
  and entity_id not in (
    select defendant_id from proceedings where outcome not in ('arrested_not_charged', 'pending', 'charged_not_tried'));
