-- A place cannot lie in itself, directly or through others.
-- table: places
with recursive above(place_id, ancestor) as (
  select place_id, parent_place_id from places where parent_place_id is not null
  union
  select above.place_id, places.parent_place_id
  from above join places on places.place_id = above.ancestor
  where places.parent_place_id is not null)
select place_id, 'the chain of places that `' || place_id || '` lies in comes back to it' as message
from above
where ancestor = place_id;
