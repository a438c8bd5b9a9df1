-- An address leads to a text and carries nothing that tracks its readers.
-- table: sources
select source_id, 'take the tracking parameter out of ' || url as message
from sources
where lower(url) like '%utm\_%' escape '\'
   or lower(url) like '%traffic\_source=%' escape '\'
   or lower(url) like '%web\_view=%' escape '\'
   or lower(url) like '%pagewanted=%'
   or lower(url) like '%sc\_lang=%' escape '\'
   or lower(url) like '%?cid=%'
   or lower(url) like '%fbclid=%'
   or lower(url) like '%gclid=%'
   or lower(url) like '%oref=%';
