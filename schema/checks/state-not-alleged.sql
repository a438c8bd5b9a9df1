-- A state, a service, a unit or a group behind a hostile act is alleged to be so: it never organises it, or supplies, builds
-- or uses its means. Public bodies may organise what they acknowledge.
-- table: event_participants
select event_id, entity_id, role,
  'the role is `' || role || '`, but an entity of type `' || entity_type || '` can only be `alleged_initiator` or `alleged_sponsor`' as message
from event_participants
  join entities using (entity_id)
  join events using (event_id)
where role in ('organiser', 'supplier', 'builder', 'user')
  and entity_type in ('state', 'intelligence_service', 'military_unit', 'party_body', 'threat_group')
  and event_type in ('cyber_espionage_campaign', 'cyber_intrusion', 'cyber_disruption', 'physical_intrusion',
    'influence_operation', 'human_intelligence_case', 'technology_theft', 'transnational_repression', 'data_collection');
