-- An officially attributed claim is asserted or supported by a government, one of its bodies or an international body.
-- table: claims
select claim_id, 'the status is `officially_attributed`, but no government or public body asserts or supports it' as message
from claims
where status = 'officially_attributed'
  and not exists (
    select 1
    from claim_positions join entities on entity_id = holder_entity_id
    where claim_positions.claim_id = claims.claim_id
      and stance in ('asserts', 'supports')
      and entity_type in ('state', 'government_body', 'intelligence_service', 'international_organisation', 'court'));
