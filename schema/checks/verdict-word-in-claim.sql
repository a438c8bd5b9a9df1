-- What no court has established is not claimed in words that judge.
-- table: claims
with words(word) as (values ('proved'), ('proven'), ('caught'), ('guilty'), ('criminals'), ('a spy'), ('spies')),
  texts(claim_id, status, text) as (
    select claim_id, status,
      ' ' || replace(replace(replace(replace(replace(lower(proposition),
        '.', ' '), ',', ' '), ';', ' '), '-', ' '), 'spies on ', '') || ' '
    from claims)
select claim_id, 'the status is `' || status || '`, but the proposition uses the word `' || word || '`, which judges' as message
from texts join words on instr(text, ' ' || word || ' ') > 0
where status <> 'court_established';
