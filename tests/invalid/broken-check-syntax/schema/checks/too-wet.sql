-- table: floods
select id, 'wet' as message
from floods were kind = 'rain'
