-- What a court found proven or not proven is no longer merely alleged, disputed or waiting for trial.
-- table: claims
select claim_id, 'the status is `' || status || '`, but a court has ruled on it' as message
from claims
where status in ('alleged', 'uncontested', 'disputed', 'officially_attributed', 'arrested_not_charged', 'charged_not_tried')
  and claim_id in (select claim_id from claim_positions where stance in ('finds_proven', 'finds_not_proven'));
