-- An identifier has the form that its catalogue gives it.
-- table: entity_identifiers
with forms(scheme, shape, sample) as (values
  ('attack-group', 'G[0-9][0-9][0-9][0-9]', 'G0006'),
  ('attack-campaign', 'C[0-9][0-9][0-9][0-9]', 'C0002'),
  ('wikidata', 'Q[1-9]*', 'Q42'),
  ('misp-uuid', '????????-????-????-????-????????????', '123e4567-e89b-12d3-a456-426614174000'),
  ('ofac-uid', '[1-9]*', '12345'),
  ('iso3166', '[A-Z][A-Z]*', 'FR'))
select scheme, value, entity_id,
  '`' || value || '` does not look like an id of `' || scheme || '`, such as `' || sample || '`' as message
from entity_identifiers join forms using (scheme)
where value not glob shape
   or (scheme = 'misp-uuid' and value glob '*[^0-9a-f-]*')
   or (scheme in ('wikidata', 'ofac-uid') and substr(value, 2) glob '*[^0-9]*');
