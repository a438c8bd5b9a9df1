-- What no court has established is not claimed in words that judge.
-- table: claims
with words(word) as (values ('proved'), ('proven'), ('caught'), ('guilty'), ('criminals'), ('a spy'), ('spies')),
  texts as materialized (
    select claim_id, status, lower(proposition) as text from claims where status <> 'court_established')
select claim_id, 'the status is `' || status || '`, but the proposition uses the word `' || word || '`, which judges' as message
from texts, words
where instr(text, word) > 0
  and instr(' ' || replace(replace(replace(replace(replace(text, '.', ' '), ',', ' '), ';', ' '), '-', ' '), 'spies on ', '') || ' ',
    ' ' || word || ' ') > 0;
