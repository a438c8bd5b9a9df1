select kind, count(*)
from floods group by kind
