-- How exactly a place is known follows from what kind of place it is.
-- table: places
with kinds(place_type, precision) as (values ('site', 'site'), ('city', 'city'), ('province', 'admin1'), ('region', 'admin1'),
  ('territory', 'admin1'), ('country', 'country'), ('world_region', 'world_region'))
select place_id, 'a place of type `' || place_type || '` has the precision `' || precision || '`, not `' || geo_precision || '`' as message
from places join kinds using (place_type)
where geo_precision <> precision;
