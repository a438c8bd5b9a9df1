select kind, count(*) as floods
from floods group by kind
