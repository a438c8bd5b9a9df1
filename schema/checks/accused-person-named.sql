-- Whoever was arrested or charged and not convicted is not named because of an office, a company or a publication. A death, an official
-- sanctions list, or a case central to the article whose outcome is recorded are the only other grounds.
-- table: entities
select entity_id, 'named as `' || person_basis || '`, but was arrested or charged and no conviction is on record: withhold the name' as message
from entities
where person_basis in ('public-office', 'corporate-office', 'published-author')
  and entity_id in (select defendant_id from proceedings)
  and entity_id not in (select defendant_id from proceedings where outcome in ('convicted_plea', 'convicted_trial'));
