select kind, count(*) as floods
from flods group by kind
