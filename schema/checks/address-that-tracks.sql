-- An address leads to a text and carries nothing that tracks its readers.
-- table: sources
with tracking(parameter) as (values ('utm_'), ('traffic_source='), ('web_view='), ('pagewanted='), ('sc_lang='), ('cid='),
  ('fbclid='), ('gclid='), ('msclkid='), ('igshid='), ('mc_cid='), ('mc_eid='), ('ref_src='), ('oref=')),
  asking as materialized (select source_id, lower(url) as url from sources where instr(url, '?') > 0)
select source_id, 'the address carries the tracking parameter `' || parameter || '`: take it out' as message
from asking join tracking
  on instr(url, '?' || parameter) > 0 or instr(url, '&' || parameter) > 0;
