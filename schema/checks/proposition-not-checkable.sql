-- What is claimed is one sentence that says who did what: not a fragment such as "Responsibility of ...".
-- table: claims
select claim_id,
  'found `' || proposition || '`: write one sentence with a subject, a verb and a full stop that can be true or false' as message
from claims
where proposition not like '%.'
  or lower(proposition) like 'responsibility of %'
  or lower(proposition) like '% was responsible.'
  or lower(proposition) like '% were responsible.';
