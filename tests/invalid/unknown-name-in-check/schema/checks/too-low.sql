-- table: flods
select id, 'low' as message from floods
