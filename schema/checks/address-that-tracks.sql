-- An address leads to a text and carries nothing that tracks its readers.
-- table: sources
with tracking(parameter) as (values ('utm_'), ('traffic_source='), ('web_view='), ('pagewanted='), ('sc_lang='), ('cid='),
  ('fbclid='), ('gclid='), ('msclkid='), ('igshid='), ('mc_cid='), ('mc_eid='), ('ref_src='), ('oref='))
select source_id, 'the address carries the tracking parameter `' || parameter || '`: take it out' as message
from sources
  join tracking on instr(lower(url), '?' || parameter) > 0 or instr(lower(url), '&' || parameter) > 0;
