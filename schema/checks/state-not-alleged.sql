-- A state or an intelligence service behind a hostile act is alleged to be so: it never acts as its organiser.
-- table: event_participants
select event_id, entity_id, role, 'use alleged_initiator or alleged_sponsor for a ' || entity_type as message
from event_participants
  join entities using (entity_id)
  join events using (event_id)
where role = 'organiser'
  and entity_type in ('state', 'intelligence_service')
  and event_type in ('cyber_espionage_campaign', 'cyber_intrusion', 'cyber_disruption', 'physical_intrusion',
    'influence_operation', 'human_intelligence_case', 'technology_theft', 'transnational_repression', 'data_collection');
