-- table: floods
select id, 'wet' as message
from floods
where kid = 'rain'
