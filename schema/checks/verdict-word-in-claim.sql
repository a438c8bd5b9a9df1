-- What no court has established is not claimed in words that judge.
-- table: claims
with words(word) as (values ('proved'), ('proven'), ('caught'), ('guilty'), ('criminals'), ('a spy'), ('spies')),
  texts(claim_id, status, word, text) as (
    select claim_id, status, word, lower(proposition)
    from claims join words on instr(lower(proposition), word) > 0)
select claim_id, 'the status is `' || status || '`, but the proposition uses the word `' || word || '`, which judges' as message
from texts
where instr(' ' || replace(replace(replace(replace(replace(text, '.', ' '), ',', ' '), ';', ' '), '-', ' '), 'spies on ', '') || ' ',
    ' ' || word || ' ') > 0
  and status <> 'court_established';
