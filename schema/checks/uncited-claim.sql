-- Every claim cites at least one source.
-- table: claims
select claim_id, 'no source is cited: name at least one under `citations`' as message
from claims
where claim_id not in (select record_id from citations);
