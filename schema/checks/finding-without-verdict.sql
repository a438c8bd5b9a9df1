-- A court finds a claim not proven when it acquits or reverses a conviction. One that dismisses for another reason has said
-- nothing on the claim: it `ends_without_finding`.
-- table: claim_positions
with cleared as materialized (
  select event_id as about_id from proceedings where outcome in ('acquitted', 'overturned')
  union
  select defendant_id from proceedings where outcome in ('acquitted', 'overturned')
  union
  select event_participants.event_id
  from event_participants join proceedings on defendant_id = entity_id
  where role in ('defendant', 'convicted_person') and outcome in ('acquitted', 'overturned'))
select position_id,
  '`' || holder_entity_id || '` finds it not proven, but no proceeding on record ended in an acquittal: say `ends_without_finding`' as message
from claim_positions
  join claims using (claim_id)
  join entities on entity_id = holder_entity_id
where stance = 'finds_not_proven'
  and entity_type = 'court'
  and about_id not in (select about_id from cleared);
