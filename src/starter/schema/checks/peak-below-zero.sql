-- A flood cannot peak below the zero of its gauge.
--
-- The file's name is the code of the problem, and these lines are what `letterpress explain peak-below-zero` prints.
-- Each row that the query returns is one problem: first the primary key of the table named below, which tells the
-- record, last the column `message`.
-- table: floods
select f.flood_id,
       'peak ' || f.peak_m || ' m is below the gauge zero of ' || g.zero_m || ' m' as message
from floods f
join gauges g using (gauge_id)
where f.peak_m < g.zero_m;
