-- A country has its two-letter code; a smaller place lies in another.
-- table: places
select place_id,
  case when place_type = 'country' then 'a country needs its two-letter code of ISO 3166-1 in `iso3166`'
    else 'a place of type `' || place_type || '` needs the place it lies in, in `parent_place_id`' end as message
from places
where (place_type = 'country' and (iso3166 is null or length(iso3166) <> 2))
   or (place_type not in ('country', 'world_region') and parent_place_id is null);
