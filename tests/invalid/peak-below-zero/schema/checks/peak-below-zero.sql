-- A flood cannot peak below the zero of its gauge.
-- table: floods
select f.id, 'peak ' || f.peak || ' is below the gauge zero of ' || g.zero as message
from floods f join gauges g on g.id = f.gauge
where f.peak < g.zero;
