-- An identifier has the form that its catalogue gives it.
-- table: entity_identifiers
select scheme, value, entity_id, value || ' does not look like an id of ' || scheme as message
from entity_identifiers
where (scheme = 'attack-group' and value not glob 'G[0-9][0-9][0-9][0-9]')
   or (scheme = 'attack-campaign' and value not glob 'C[0-9][0-9][0-9][0-9]')
   or (scheme = 'wikidata' and value not glob 'Q[1-9]*')
   or (scheme = 'misp-uuid' and (length(value) <> 36 or value glob '*[^0-9a-f-]*'));
