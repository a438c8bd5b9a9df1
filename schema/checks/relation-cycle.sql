-- A body is not part of, or subordinate to, itself through others.
-- table: relations
with recursive
  steps(relation_id, below, above) as (
    select relation_id, subject_id, object_id from relations where predicate in ('part_of', 'subordinate_to')
    union all
    select relation_id, object_id, subject_id from relations where predicate = 'includes'),
  chains(relation_id, start, ancestor) as (
    select relation_id, below, above from steps where below <> above
    union
    select chains.relation_id, chains.start, steps.above from chains join steps on steps.below = chains.ancestor)
select distinct relation_id, 'the chain of bodies above `' || start || '` comes back to it' as message
from chains
where ancestor = start;
