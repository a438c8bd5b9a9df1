-- Titles and summaries use no words that judge. A plea or a verdict of guilt may be reported of a court case.
-- table: events
with words(word) as (values ('proved'), ('proven'), ('caught'), ('guilty'), ('criminals'), ('a spy'), ('spies')),
  texts(event_id, event_type, word, text) as (
    select event_id, event_type, word, lower(title || ' ' || summary)
    from events join words on instr(lower(title || ' ' || summary), word) > 0)
select event_id, 'the title or summary uses the word `' || word || '`, which judges: say who alleges or found what' as message
from texts
where instr(' ' || replace(replace(replace(replace(replace(text, '.', ' '), ',', ' '), ';', ' '), '-', ' '), 'spies on ', '') || ' ',
    ' ' || word || ' ') > 0
  and not (word = 'guilty' and event_type like 'legal_%');
