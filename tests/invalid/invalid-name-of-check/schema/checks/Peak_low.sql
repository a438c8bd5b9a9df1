-- table: floods
select id, 'low' as message from floods
