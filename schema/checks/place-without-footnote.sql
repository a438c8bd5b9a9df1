-- Hong Kong and Taiwan carry the codes of ISO 3166-1 under their common names, and a note that says so.
-- table: places
select place_id, 'the code is `' || iso3166 || '`, but `note` does not say how ISO 3166-1 names it' as message
from places
where iso3166 in ('HK', 'TW') and coalesce(note, '') not like '%ISO 3166-1%';
