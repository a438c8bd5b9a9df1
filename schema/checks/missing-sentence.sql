-- The article excerpt has 51 sentences that carry facts, and each has its row.
-- table: coverage
with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 51)
select
  coalesce(
    (select max(sentence_no) from coverage where sentence_no < n),
    (select min(sentence_no) from coverage)) as sentence_no,
  'no row for sentence `' || n || '`: each of the 51 needs one' as message
from numbers
where n not in (select sentence_no from coverage)
union all
select sentence_no, 'there is no sentence `' || sentence_no || '`: the article excerpt has 51'
from coverage
where sentence_no > 51;
