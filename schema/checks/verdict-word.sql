-- Titles and summaries use no words that judge. A plea or a verdict of guilt may be reported of a court case.
-- table: events
with words(word) as (values ('proved'), ('proven'), ('caught'), ('guilty'), ('criminals'), ('a spy'), ('spies')),
  texts(event_id, event_type, text) as (
    select event_id, event_type,
      ' ' || replace(replace(replace(replace(replace(lower(title || ' ' || summary),
        '.', ' '), ',', ' '), ';', ' '), '-', ' '), 'spies on ', '') || ' '
    from events)
select event_id, 'the title or summary uses the word `' || word || '`, which judges: say who alleges or found what' as message
from texts join words on instr(text, ' ' || word || ' ') > 0
where not (word = 'guilty' and event_type like 'legal_%');
