-- table: floods
select id, 'peak ' || peak || ' is below zero' as message from floods where peak < 0;
