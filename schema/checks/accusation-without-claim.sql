-- An event whose kind implies that somebody is responsible has a claim, so that answers can stand beside it.
-- table: events
select event_id, 'an event of type `' || event_type || '` needs a claim, but none is about it' as message
from events
where event_type in ('cyber_espionage_campaign', 'cyber_intrusion', 'cyber_disruption', 'physical_intrusion',
    'influence_operation', 'human_intelligence_case', 'technology_theft', 'transnational_repression', 'data_collection',
    'attribution_statement')
  and event_id not in (select about_id from claims);
