-- One entry of a catalogue cannot mean exactly two entities.
-- table: entity_identifiers
select scheme, value, entity_id,
  '`' || value || '` is also given to another entity: say `match: close` where it only overlaps' as message
from entity_identifiers as one
where coalesce(match, '') <> 'close'
  and exists (
    select 1
    from entity_identifiers as other
    where other.scheme = one.scheme and other.value = one.value and other.entity_id <> one.entity_id
      and coalesce(other.match, '') <> 'close');
