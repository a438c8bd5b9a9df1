-- Every sentence of the encyclopedia article is covered by at least one event or claim.
-- table: coverage
select sentence_no, 'no event or claim covers sentence `' || sentence_no || '`: name one under `records`' as message
from coverage
where sentence_no not in (
  select sentence_no from coverage_records where record_id like 'evt-%' or record_id like 'clm-%');
