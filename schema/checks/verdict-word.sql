-- Titles and summaries use no words that judge. A plea or a verdict of guilt may be reported of a court case.
-- table: events
with words(word) as (values ('proved'), ('proven'), ('caught'), ('guilty'), ('criminals'), ('a spy'), ('spies')),
  texts as materialized (select event_id, event_type, lower(title || ' ' || summary) as text from events)
select event_id, 'the title or summary uses the word `' || word || '`, which judges: say who alleges or found what' as message
from texts, words
where instr(text, word) > 0
  and instr(' ' || replace(replace(replace(replace(replace(text, '.', ' '), ',', ' '), ';', ' '), '-', ' '), 'spies on ', '') || ' ',
    ' ' || word || ' ') > 0
  and not (word = 'guilty' and event_type like 'legal_%');
