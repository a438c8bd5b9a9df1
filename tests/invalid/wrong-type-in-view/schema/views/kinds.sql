select kind, 'many' as floods
from floods group by kind
