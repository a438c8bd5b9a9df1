-- Titles and summaries use no words that judge, except where a court case is reported.
-- table: events
select event_id, 'the title or summary uses a word that judges: proved, caught, guilty or criminals' as message
from events
where event_type not like 'legal_%'
  and (' ' || lower(title || ' ' || summary) || ' ' like '% proved %'
    or ' ' || lower(title || ' ' || summary) || ' ' like '% caught %'
    or ' ' || lower(title || ' ' || summary) || ' ' like '% guilty %'
    or ' ' || lower(title || ' ' || summary) || ' ' like '% criminals %');
