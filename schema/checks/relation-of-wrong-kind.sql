-- Some relations hold only between certain kinds of entities: a group is attributed to a state or one of its bodies, a
-- person leads, a government or international body lists, groups overlap with groups.
-- table: relations
select relation_id,
  '`' || predicate || '` runs '
    || case predicate
      when 'attributed_to' then 'from a threat group to a state or one of its bodies'
      when 'overlaps_with' then 'from a threat group to another'
      when 'named_group' then 'to a threat group'
      when 'sanctioned_by' then 'to a government or an international body'
      else 'from a person' end
    || ', not from `' || s.entity_type || '` to `' || o.entity_type || '`' as message
from relations
  join entities as s on s.entity_id = subject_id
  join entities as o on o.entity_id = object_id
where (predicate = 'attributed_to'
    and (s.entity_type <> 'threat_group'
      or o.entity_type not in ('government_body', 'intelligence_service', 'military_unit', 'state')))
  or (predicate = 'overlaps_with' and (s.entity_type <> 'threat_group' or o.entity_type <> 'threat_group'))
  or (predicate = 'named_group' and o.entity_type <> 'threat_group')
  or (predicate = 'sanctioned_by' and o.entity_type not in ('government_body', 'international_organisation', 'state'))
  or (predicate in ('leads', 'employed_by', 'officer_of', 'represents', 'informant_of') and s.entity_type <> 'person');
